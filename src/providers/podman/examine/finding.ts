import type { Finding } from "../../provider.ts";

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

/** Nothing to do. */
export function fine(name: string, found: string): Finding {
  return { name, state: "fine", found };
}

/** It works, but not as well as it should, or not for long. */
export function warning(name: string, found: string, expected: string, fix: string): Finding {
  return { name, state: "warning", found, expected, fix };
}

/** It will not work. */
export function wrong(name: string, found: string, expected: string, fix: string): Finding {
  return { name, state: "wrong", found, expected, fix };
}
