import type { Kind } from "./resource.ts";

/** What a kind promises about change and destruction, so that nobody else has to ask which kind a resource is. */
export type Traits = {
  /** `in-place`: a running world takes a difference up without a gap; `replace`: the old one must go first. */
  readonly change: "in-place" | "replace";
  /**
   * What a plan may do once nobody wants it: `free` take it away; `guarded` only when a person asked for the data's end;
   * `never` leave it, it is not this site's alone.
   */
  readonly destroy: "free" | "guarded" | "never";
  /** When it goes once unwanted: `first` what uses others (so that a successor may take its address), `last` what is used. */
  readonly leaves: "first" | "last";
  /** `shared-fate`: what needs it cannot outlive its replacement and is replaced with it; `none`: it does not notice. */
  readonly dependents: "shared-fate" | "none";
  /** Members that hold content rather than settings: a plan says that they differ, never how. */
  readonly concealed: readonly string[];
};

/** The traits of each kind. A new kind is a line here, and no condition anywhere else. */
export const traits: Readonly<Record<Kind, Traits>> = {
  image: { change: "in-place", destroy: "never", leaves: "last", dependents: "none", concealed: [] },
  network: { change: "replace", destroy: "free", leaves: "last", dependents: "shared-fate", concealed: [] },
  volume: { change: "in-place", destroy: "guarded", leaves: "last", dependents: "none", concealed: [] },
  file: { change: "in-place", destroy: "free", leaves: "last", dependents: "none", concealed: ["content"] },
  certificate: { change: "in-place", destroy: "free", leaves: "last", dependents: "none", concealed: [] },
  secret: { change: "in-place", destroy: "free", leaves: "last", dependents: "none", concealed: ["entries", "keys"] },
  link: { change: "replace", destroy: "free", leaves: "first", dependents: "none", concealed: [] },
  container: { change: "replace", destroy: "free", leaves: "first", dependents: "none", concealed: [] },
  manifest: { change: "in-place", destroy: "free", leaves: "first", dependents: "none", concealed: [] },
};
