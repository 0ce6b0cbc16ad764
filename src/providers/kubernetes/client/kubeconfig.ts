import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { isErrno } from "../../../lib/errno.ts";
import { at, listAt, textAt } from "../../../lib/json.ts";
import { fail } from "../../../lib/problem.ts";

/** An entry of a kubeconfig with the directory that its relative paths start at. */
export type Entry = { readonly value: unknown; readonly directory: string; readonly file: string };

/** Kubeconfigs, merged as kubectl does: of two entries with one name the first counts. */
export type Kubeconfig = {
  /** The files that were read. */
  readonly files: readonly string[];
  /** What `current-context` says, empty for nothing. */
  readonly current: string;
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
};

/** The largest kubeconfig, in bytes. */
const largest = 4 * 1024 * 1024;

/** The files that KUBECONFIG names, else `~/.kube/config`. */
export function kubeconfigFiles(env: NodeJS.ProcessEnv): readonly string[] {
  const named = (env.KUBECONFIG ?? "").split(delimiter).filter((file) => file !== "");
  return named.length > 0 ? named : [join(env.HOME ?? homedir(), ".kube/config")];
}

/** Reads those of the files that are there. Problem: `KUBECONFIG_BROKEN`. */
export async function readKubeconfig(files: readonly string[]): Promise<Kubeconfig> {
  const read = await Promise.all(files.map(readOne));
  const found = read.flatMap((one) => (one === undefined ? [] : [one]));
  const named = (list: string): ReadonlyMap<string, Entry> =>
    new Map(found.toReversed().flatMap(({ value, file }) => namedIn(value, list, file)));
  return {
    files: found.map(({ file }) => file),
    current: found.map(({ value }) => textAt(value, "current-context")).find((name) => name !== "") ?? "",
    contexts: named("contexts"),
    clusters: named("clusters"),
    users: named("users"),
  };
}

function namedIn(value: unknown, list: string, file: string): [string, Entry][] {
  const key = list.slice(0, -1);
  return listAt(value, list)
    .toReversed()
    .map((entry) => [textAt(entry, "name"), { value: at(entry, key), directory: dirname(resolve(file)), file }]);
}

async function readOne(file: string): Promise<{ readonly file: string; readonly value: unknown } | undefined> {
  try {
    if ((await stat(file)).size > largest) broken(file, `at most ${largest} bytes`, "more");
    return { file, value: await parsed(file, await readFile(file, "utf8")) };
  } catch (cause) {
    if (isErrno(cause, "ENOENT", "ENOTDIR")) return undefined;
    if (isErrno(cause, "EACCES", "EPERM", "EISDIR"))
      return broken(file, "a file that can be read", cause.code ?? "", cause);
    throw cause;
  }
}

/** Of what the library complains neither the words nor the cause go on: they quote lines of the file. */
async function parsed(file: string, text: string): Promise<unknown> {
  const { parse, YAMLError } = await import("yaml"); // a controller in a pod has no kubeconfig, and does without
  try {
    return parse(text, { maxAliasCount: 100, logLevel: "error" });
  } catch (cause) {
    if (cause instanceof YAMLError) return broken(file, "YAML", `an error in line ${cause.linePos?.[0].line ?? "?"}`);
    if (cause instanceof ReferenceError || cause instanceof RangeError)
      return broken(file, "plain YAML", "too many aliases or levels");
    throw cause;
  }
}

function broken(file: string, expected: string, got: string, cause?: unknown): never {
  return fail("KUBECONFIG_BROKEN", `expected ${expected} in the kubeconfig ${file}, got ${got}`, {
    expected,
    got,
    hint: `see it yourself: kubectl --kubeconfig ${file} config view`,
    ...(cause === undefined ? {} : { cause }),
  });
}
