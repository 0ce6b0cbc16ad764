/** Work on a site that nobody else does meanwhile, wherever they are. */
export type Alone = {
  /** Aborted when it cannot be told any more that nobody else began: what is under way must end. */
  readonly lost: AbortSignal;
  /** Lets others begin. Twice is fine; who cannot be told finds out by itself. */
  release(): Promise<void>;
};

/** Somebody else who works on the site, from another machine or in the cluster. */
export type AloneHolder = {
  /** What for: `freehold up`. */
  readonly what: string;
  /** Who: `ada@attic`. */
  readonly who: string;
  /** Milliseconds since the epoch, by that machine's clock; 0 if it cannot be told. */
  readonly since: number;
};

/** How it is asked for. */
export type AloneOptions = {
  /** What for, to those who wait: `freehold up`. */
  readonly what: string;
  /** How long to wait for another holder. */
  readonly waitMilliseconds: number;
  /** Told once for each holder that is waited for. */
  readonly onWait?: (holder: AloneHolder) => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
};
