import type { KubeObject } from "./client/object.ts";
import { podState } from "./pod.ts";
import type { Session } from "./session.ts";

/** Bytes of a command's output that are read. */
const longest = 1024 * 1024;

/** What a command inside a pod said and how it ended. */
export type Answered = { readonly code: number; readonly stdout: Buffer };

/**
 * Runs a command in a pod's container for freehold's own sake. What the command is called may not be there: `EXEC_FAILED`. Lines, if any, are
 * its input.
 */
export async function runInside(
  { client }: Session,
  pod: KubeObject,
  command: readonly string[],
  signal: AbortSignal,
  lines: readonly string[] = [],
): Promise<Answered> {
  const { name, namespace, container } = podState(pod);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const onStdout = (bytes: Uint8Array): void => {
    size += bytes.length;
    if (size <= longest) chunks.push(bytes);
  };
  const code = await client.exec(namespace, name, container, command, {
    ...(lines.length === 0 ? {} : { stdin: input(lines) }),
    onStdout,
    onStderr: () => {},
    signal,
  });
  return { code, stdout: Buffer.concat(chunks) };
}

async function* input(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(lines.map((line) => `${line}\n`).join(""));
}
