import type { Mistake } from "../mistake.ts";
import type { Path } from "../path.ts";
import type { ReachWord } from "../schema/reach.ts";
import type { DnsRecord, Exposure, Port, Service } from "../site.ts";
import type { Source } from "../source.ts";

/** A value and where it was written. */
export type Written<Value> = { readonly value: Value; readonly path: Path };

/** A service whose file has been read, before it is compared with the others. */
export type Draft = {
  readonly source: Source;
  /** With `reach` still empty. */
  readonly service: Service;
  /** False when keys with problems were left out, so that what is not there may yet be meant. */
  readonly whole: boolean;
  readonly exposures: readonly Written<Exposure>[];
  /** What it offers at the front door besides HTTP. */
  readonly published: readonly Written<Port>[];
  readonly reach: readonly Written<ReachWord>[];
  /** Names of the secrets that it asks for. */
  readonly secrets: readonly Written<string>[];
  readonly records: readonly Written<DnsRecord>[];
  readonly mistakes: readonly Mistake[];
};

/** Takes up one mistake after another. */
export type Report = (mistake: Mistake) => void;
