import type { Clock } from "../lib/clock.ts";
import type { Surroundings } from "../observe/attempts.ts";
import type { Roots, SiteLayout } from "../providers/layout.ts";
import type { Finding, Runtime } from "../providers/provider.ts";
import type { Site } from "../site/site.ts";
import type { Exit } from "./exit.ts";
import type { Supervisor } from "./supervisor.ts";
import type { Terminal } from "./terminal.ts";

/** What a shell may offer for a word while it is typed. */
export type Offer =
  | "service"
  | "entry"
  | "topic"
  | "shell"
  | "directory"
  | "secret action"
  | "signer action"
  | "source action"
  | "secret"
  | "nothing";

/** A word that a command takes by its place. */
export type ArgumentSpec = {
  readonly name: string;
  readonly summary: string;
  readonly takes: "one" | "at most one" | "any number" | "at least one";
  readonly offer: Offer;
};

/** A word that starts with dashes. */
export type OptionSpec = {
  /** `--since`. */
  readonly flag: `--${string}`;
  /** `-f`. */
  readonly short?: `-${string}`;
  /** What it takes, in capitals: `DIR`. Absent: it is said or not. */
  readonly value?: string;
  /** The value may be left out. */
  readonly valueOptional?: true;
  readonly summary: string;
  readonly offer?: Offer;
};

/** One command of the command line, as data: help, completion and the reference page come from it. */
export type Command = {
  readonly name: string;
  /** One line without a full stop. */
  readonly summary: string;
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  /** Beyond 0, 1, 2 and 130, which every command can end with. */
  readonly exits: readonly Exit[];
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** Not in lists: for programs. */
  readonly hidden?: true;
  /** Everything after the first argument belongs to somebody else. */
  readonly passThrough?: true;
  /** Does it. Resolves with the exit code; throws `ProblemError`s. */
  readonly run: (context: Context, input: Input) => Promise<number>;
};

/** What the person typed, after it was checked against the command. */
export type Input = {
  /** A word that was given by its place, or undefined. */
  argument(name: string): string | undefined;
  /** The words of an argument that takes several. */
  words(name: string): readonly string[];
  /** The value of an option; `""` when it was given without its optional value; undefined when it was not given. */
  option(flag: `--${string}`): string | undefined;
  /** Whether an option was given. */
  has(flag: `--${string}`): boolean;
};

/** Who vouches for the certificates of a site. */
export type Authority = {
  /** PEM. */
  readonly certificate: string;
  /** SHA-256, with colons. */
  readonly fingerprint: string;
};

/** Everything of the world that a command may use. `main.ts` makes it from this process, a test from its own things. */
export type Context = {
  readonly terminal: Terminal;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** The person's time zone, as the IANA database names it. */
  readonly zone: string;
  /** Aborted when the person interrupts. */
  readonly signal: AbortSignal;
  readonly roots: Roots;
  /** The user id of this process; 0 is root. */
  readonly user: number;
  /** This machine's name, as the person knows it. */
  readonly host: string;
  /** Where freehold itself lies: with `catalog/`, `docs/` and `images/` in it. */
  readonly home: string;
  readonly supervisor: Supervisor;
  /** Makes the runtime of a site's engine and what goes with it; the caller closes it. */
  createRuntime(site: Pick<Site, "engine">): Promise<Runtime>;
  /** What lies around the services of a site, on this machine or its cluster. */
  surroundings(site: Pick<Site, "engine">): Promise<Surroundings>;
  /** What this machine needs, found against expected; for a site, or for any. */
  examine(site: Site | undefined): Promise<readonly Finding[]>;
  /** The certificate of a site's authority; undefined before the first `up`. */
  authority(layout: SiteLayout, site: Pick<Site, "name" | "engine">): Promise<Authority | undefined>;
};
