/** What an apply may tell while it works: one short phrase (`pulling`, `34 MB`, `starting`). */
export type Report = (phrase: string) => void;

/** What every apply gets. */
export type ApplyContext = {
  readonly report: Report;
  readonly signal: AbortSignal;
  /** The commit that says so, in full; absent when what is applied came from a directory. */
  readonly commit?: string;
};
