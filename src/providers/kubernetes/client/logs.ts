import { ProblemError } from "../../../lib/problem.ts";
import type { Api } from "./api.ts";
import type { PodLogOptions } from "./client.ts";
import { linesOf } from "./lines.ts";
import { objectKinds } from "./object-kinds.ts";
import { objectPath, withQuery } from "./path.ts";

/** The longest line, in bytes. */
const longest = 1024 * 1024;

/** The lines that a container of a pod wrote. Ends quietly with the signal. */
export async function* logLines(
  api: Api,
  namespace: string,
  pod: string,
  container: string,
  options: PodLogOptions,
): AsyncGenerator<string> {
  const { signal, ...query } = options;
  const task = { verb: "get", kind: objectKinds.pod, namespace, name: pod, subresource: "log" };
  const path = withQuery(objectPath(objectKinds.pod, namespace, pod, "log"), { container, ...query });
  try {
    yield* linesOf(await api.chunks(task, { method: "GET", path, signal }), longest);
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.code === "CLUSTER_STOPPED") return;
    throw thrown;
  }
}
