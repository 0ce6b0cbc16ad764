/** Something that was said of a node: that it is `lost` and gives up its state, or that it is `back`. */
export type NodeWord = {
  readonly node: string;
  readonly word: "lost" | "back";
  /** How long it has been silent, milliseconds; 0 for one that is back. */
  readonly silentFor: number;
  /** The containers whose state it had, by id. */
  readonly containers: readonly string[];
};

/** What there is to say of a cluster's nodes. */
export type NodesFound = {
  readonly words: readonly NodeWord[];
  /** Nodes of which it is not said that they are lost since most are silent at once. */
  readonly spared: readonly string[];
  /** Whether any node bears our word now, so that one must go on looking. */
  readonly isAnyLost: boolean;
};

/**
 * Says of nodes of a cluster that they are lost, so that the state of a site that waits on them can move. `after`: milliseconds of silence
 * from which on; absent: nothing is declared lost any more, and what was is taken back when the node answers.
 */
export type LostNodes = {
  /**
   * Sees to it that somebody looks after nodes also when the controller itself is on one that is gone. Without `after`: that nobody does. May be
   * done again.
   */
  post(site: string, after: number | undefined): Promise<void>;
  /** What is to be said now. Says nothing. Problem: `CLUSTER_REFUSED`. */
  look(site: string, after: number | undefined, signal: AbortSignal): Promise<NodesFound>;
  /** Looks again, and says it; tells what was said. For who works on the site alone. What changed meanwhile is left for the next time. */
  say(site: string, after: number | undefined, signal: AbortSignal): Promise<readonly NodeWord[]>;
};
