import { at, numberAt, parseJson, textAt } from "../../../lib/json.ts";
import { problemOf } from "../../../lib/problem.ts";
import type { Api } from "./api.ts";
import type { WatchEvent, WatchOptions } from "./client.ts";
import { linesOf } from "./lines.ts";
import { versionOf } from "./list.ts";
import type { ObjectKind } from "./object.ts";
import { collectionPath, withQuery } from "./path.ts";
import { readObject } from "./read-object.ts";

/** Seconds after which the cluster ends a watch; a while later we do, should it be stuck. */
const longest = 290;
const grace = 20;

/** The largest event, in bytes: an object has at most about 1.5 MiB. */
const largest = 16 * 1024 * 1024;

/** Milliseconds of the first pause after a watch that brought nothing, and of the longest. */
const firstPause = 250;
const longestPause = 30_000;

/** How one connection went: the version that was reached, undefined when it is too old; and whether it brought anything. */
type Course = { version: string | undefined; fruitful: boolean };

/**
 * Watches, over as many connections as it takes. It is known at which version a connection ended, so that the next one misses nothing; when
 * the cluster does not know that version any more (410), when an event cannot be read, the caller is told to list again.
 */
export async function* watchObjects(api: Api, kind: ObjectKind, options: WatchOptions): AsyncGenerator<WatchEvent> {
  const { signal } = options;
  const course: Course = { version: options.from, fruitful: false };
  for (let idle = 0; !signal.aborted; ) {
    course.fruitful = false;
    const began = api.clock.elapsed();
    try {
      yield* watchOnce(api, kind, options, course);
    } catch (thrown) {
      if (signal.aborted) return;
      const problem = problemOf(thrown);
      if (problem.code === "LIST_EXPIRED") course.version = undefined;
      else if (problem.kind !== "transient" && problem.code !== "CLUSTER_STOPPED") throw thrown;
    }
    idle = course.fruitful || api.clock.elapsed() - began > longestPause ? 0 : idle + 1;
    if (idle > 0 && !(await paused(api, Math.min(firstPause * 2 ** (idle - 1), longestPause), signal))) return;
  }
}

async function* watchOnce(
  api: Api,
  kind: ObjectKind,
  options: WatchOptions,
  course: Course,
): AsyncGenerator<WatchEvent> {
  const { namespace, labels, signal } = options;
  if (course.version === undefined) {
    course.version = await versionOf(api, kind, options);
    yield { type: "RELIST" };
  }
  const path = withQuery(collectionPath(kind, namespace), {
    watch: true,
    labelSelector: labels,
    resourceVersion: course.version,
    allowWatchBookmarks: true,
    timeoutSeconds: longest,
  });
  const limited = AbortSignal.any([signal, AbortSignal.timeout((longest + grace) * 1_000)]);
  const chunks = await api.chunks({ verb: "watch", kind, namespace }, { method: "GET", path, signal: limited });
  for await (const line of linesOf(chunks, largest)) {
    const event = parseJson(line);
    const type = textAt(event, "type");
    const object = at(event, "object");
    const version = textAt(object, "metadata", "resourceVersion");
    if (type === "ERROR" && numberAt(object, "code") !== 410) return;
    course.version = version === "" ? undefined : version;
    if (course.version === undefined) return;
    course.fruitful = true;
    if (type === "ADDED" || type === "MODIFIED" || type === "DELETED") yield { type, object: readObject(object, kind) };
  }
}

async function paused(api: Api, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await api.clock.sleep(milliseconds, signal);
    return true;
  } catch (thrown) {
    if (signal.aborted) return false;
    throw thrown;
  }
}
