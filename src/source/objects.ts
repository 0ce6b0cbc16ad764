import { fail } from "../lib/problem.ts";
import { git, gitFailed, gitOrFail } from "./git.ts";
import type { Quarantine } from "./quarantine.ts";

/** Where objects are read. */
export type Store = { readonly repository: string; readonly quarantine?: Quarantine | undefined };

/** What an object is, without its content. */
export type ObjectInfo = { readonly id: string; readonly type: string; readonly size: number };

/** The object that each of some names means, in their order; undefined where there is none. One process for all. */
export async function objectInfos(
  { repository, quarantine }: Store,
  names: readonly string[],
): Promise<(ObjectInfo | undefined)[]> {
  if (names.length === 0) return [];
  const input = `${names.join("\n")}\n`;
  const printed = await gitOrFail(repository, ["cat-file", "--batch-check"], { input, quarantine });
  const lines = printed.toString("utf8").split("\n").slice(0, -1);
  if (lines.length !== names.length) odd();
  return lines.map((line) => {
    const [, id, type, size] = /^([0-9a-f]{40,64}) ([a-z]+) (\d+)$/.exec(line) ?? [];
    return id === undefined || type === undefined ? undefined : { id, type, size: Number(size) };
  });
}

/** Gets the objects one after the other: first what it is, then its content in pieces, then its end. */
export type ObjectReader = {
  begin(object: ObjectInfo): Promise<void>;
  piece(bytes: Buffer): Promise<void>;
  end(): Promise<void>;
};

/** Reads objects by their ids, in their order, however large they are, in one process. Problem: `OBJECT_MISSING`. */
export async function readObjects(
  { repository, quarantine }: Store,
  ids: readonly string[],
  reader: ObjectReader,
  limits: { readonly most?: number; readonly timeout?: number } = {},
): Promise<void> {
  if (ids.length === 0) return;
  const parser = batchParser(reader);
  const input = `${ids.join("\n")}\n`;
  const { code, stderr } = await git(repository, ["cat-file", "--batch"], {
    ...limits,
    input,
    quarantine,
    onBytes: parser.take,
  });
  if (code !== 0) gitFailed("cat-file", stderr);
  if (parser.done() !== ids.length) odd();
}

/** Reads the stream of `git cat-file --batch`: `ID TYPE SIZE`, a newline, so many bytes, a newline. Content is never looked at. */
function batchParser({ begin, piece, end }: ObjectReader): {
  take(bytes: Buffer): Promise<void>;
  done(): number;
} {
  let head = "";
  let left: number | undefined;
  let done = 0;
  async function take(bytes: Buffer): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      if (left === undefined) {
        const stop = rest.indexOf(10);
        head += rest.toString("latin1", 0, stop < 0 ? rest.length : stop);
        if (stop < 0) return;
        rest = rest.subarray(stop + 1);
        const object = infoOf(head);
        head = "";
        left = object.size;
        await begin(object);
      } else if (left > 0) {
        const now = rest.subarray(0, left);
        await piece(now);
        left -= now.length;
        rest = rest.subarray(now.length);
      } else {
        rest = rest.subarray(1); // the newline behind the content
        left = undefined;
        done += 1;
        await end();
      }
    }
  }
  return { take, done: () => done };
}

function infoOf(line: string): ObjectInfo {
  const [, id, type, size] = /^([0-9a-f]{40,64}) ([a-z]+) (\d+)$/.exec(line) ?? [];
  if (id !== undefined && type !== undefined) return { id, type, size: Number(size) };
  return fail("OBJECT_MISSING", `expected a whole repository, got one without an object of it: "${line}"`, {
    hint: "git fsck says what is missing; fetch or push again",
  });
}

/** The contents of small objects, by id. */
export async function contents(
  store: Store,
  ids: readonly string[],
  most: number,
): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  let id = "";
  let pieces: Buffer[] = [];
  await readObjects(
    store,
    [...new Set(ids)],
    {
      begin: async (object) => {
        id = object.id;
        pieces = [];
      },
      piece: async (bytes) => {
        pieces.push(bytes);
      },
      end: async () => {
        found.set(id, Buffer.concat(pieces));
      },
    },
    { most },
  );
  return found;
}

function odd(): never {
  return fail("GIT_FAILED", "expected an answer of git for each object, got another number of answers", {
    kind: "transient",
  });
}
