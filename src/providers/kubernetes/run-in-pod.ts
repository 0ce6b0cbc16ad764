import { fail } from "../../lib/problem.ts";
import type { KubeClient } from "./client/client.ts";

/** A container of a pod. */
export type InsidePod = { readonly namespace: string; readonly pod: string; readonly container: string };

/** What a command inside came to. Texts are UTF-8, each at most 1 MiB. */
export type Said = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** So many bytes of a stream are taken. */
const most = 1024 * 1024;

/** Runs a command (argv) in a container of a pod and collects what it says. Problems: those of `exec`; `OUTPUT_TOO_LONG`. */
export async function runInPod(
  client: KubeClient,
  { namespace, pod, container }: InsidePod,
  command: readonly string[],
  options: { readonly input?: string; readonly signal: AbortSignal },
): Promise<Said> {
  const { input, signal } = options;
  const stdout = collector();
  const stderr = collector();
  const code = await client.exec(namespace, pod, container, command, {
    ...(input === undefined ? {} : { stdin: once(input) }),
    onStdout: stdout.add,
    onStderr: stderr.add,
    signal,
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function collector(): { readonly add: (bytes: Uint8Array) => void; readonly text: () => string } {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    add: (bytes) => {
      length += bytes.length;
      if (length <= most) chunks.push(bytes);
    },
    text: () =>
      length <= most
        ? Buffer.concat(chunks).toString("utf8")
        : fail("OUTPUT_TOO_LONG", `expected a command inside to say at most ${most} bytes, got ${length}`, {
            kind: "bug",
          }),
  };
}
