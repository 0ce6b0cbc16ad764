import { fileURLToPath } from "node:url";
import { exec } from "../../lib/exec.ts";
import { fail } from "../../lib/problem.ts";
import { isLoopback, listeners } from "../../lib/proc-net.ts";
import type { ProbeAnswer, ProbeRequest } from "../probe-child.ts";
import type { ProbeResult, ProbeTarget } from "../provider.ts";

/** How a probe is made. */
export type ProbeOptions = {
  /** Milliseconds after which silence counts as refused; default 700, plenty for the same machine. */
  readonly timeout?: number;
  /** Connections tried at the same time; default 16,000, or what the limit of open files allows. */
  readonly atOnce?: number;
  readonly signal?: AbortSignal;
};

const script = fileURLToPath(new URL("../probe-child.ts", import.meta.url));

/**
 * Tries TCP connections from inside the network namespace of a process. The kernel limits how often it says that a way is closed, so
 * most closed ways are told by silence: every port of one address takes about 5 waves of `timeout`.
 * Problem: `PROBE_FAILED`, when the process is gone or this side could not try.
 */
export async function probe(
  pid: number,
  targets: readonly ProbeTarget[],
  options: ProbeOptions = {},
): Promise<readonly ProbeResult[]> {
  if (targets.length === 0) return [];
  const { timeout = 700, atOnce = 16_000, signal } = options;
  const portsOf = Map.groupBy(targets, ({ address }) => address);
  const request: ProbeRequest = {
    targets: [...portsOf].map(([address, same]) => ({ address, ports: [...new Set(same.map(({ port }) => port))] })),
    atOnce,
    timeout,
  };
  const waves = 1 + targets.length / Math.min(atOnce, 500);
  const { code, stdout, stderr } = await exec(["nsenter", `--net=/proc/${pid}/ns/net`, process.execPath, script], {
    input: JSON.stringify(request),
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: "1" },
    timeout: 60_000 + waves * (timeout + 1000),
    ...(signal === undefined ? {} : { signal }),
  });
  if (code !== 0) return probeFailed(pid, stderr.trim().split("\n").at(-1) ?? `it ended with ${code}`);
  const answer: unknown = JSON.parse(stdout);
  if (!isAnswer(answer)) return probeFailed(pid, "its answer was not understood");
  if (answer.failure !== undefined) return probeFailed(pid, answer.failure);
  const reached = new Set(answer.reached.flatMap(({ address, ports }) => ports.map((port) => `${address} ${port}`)));
  return targets.map(({ address, port }) => ({
    address,
    port,
    result: reached.has(`${address} ${port}`) ? "reached" : "refused",
  }));
}

/** TCP ports on which processes in the network namespace of `pid` listen beyond loopback. Sorted. */
export async function listening(pid: number): Promise<readonly number[]> {
  const beyond = (await listeners(pid)).filter(({ address }) => !isLoopback(address));
  return [...new Set(beyond.map(({ port }) => port))].sort((a, b) => a - b);
}

function isAnswer(value: unknown): value is ProbeAnswer {
  return typeof value === "object" && value !== null && "reached" in value && Array.isArray(value.reached);
}

function probeFailed(pid: number, why: string): never {
  return fail("PROBE_FAILED", `connections could not be tried from inside process ${pid}: ${why}`, {
    kind: "transient",
    hint: "run it again",
  });
}
