export { fine, warning, wrong } from "../../finding.ts";

/** What a doctor's check may look at. */
export type Examined = {
  /** Under which freehold keeps its things. */
  readonly root: string;
  /** The site that is meant to run here; without one, defaults are looked at. */
  readonly site?: ExaminedSite;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/** What matters of a site for the machine that it runs on. */
export type ExaminedSite = {
  readonly name: string;
  /** Names that visitors ask for: its domains, its hosts. */
  readonly hosts: readonly string[];
  /** Where its front door listens. */
  readonly addresses: readonly string[];
  readonly http: number;
  readonly https: number;
  /** Whether any of its services may reach the internet, and so needs names of the outside. */
  readonly resolves: boolean;
};
