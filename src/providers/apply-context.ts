/** What an apply may tell while it works: one short phrase (`pulling`, `34 MB`, `starting`). */
export type Report = (phrase: string) => void;

/** What every apply gets. */
export type ApplyContext = { readonly report: Report; readonly signal: AbortSignal };
