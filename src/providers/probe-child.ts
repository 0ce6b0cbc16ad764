/**
 * Runs inside another network namespace, started by a provider's probe.ts: a file on one machine, its text in a container on a cluster.
 * Reads a {@link ProbeRequest} from stdin, in one line, and writes a {@link ProbeAnswer} to stdout. It imports nothing but node itself.
 */
import { readFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";

/** What to try: at most `atOnce` connections at a time, each for `timeout` milliseconds. */
export type ProbeRequest = {
  readonly targets: readonly { readonly address: string; readonly ports: readonly number[] }[];
  readonly atOnce: number;
  readonly timeout: number;
};

/** The targets where somebody answered, and failures of this side, for which nothing can be said about the target. */
export type ProbeAnswer = { readonly reached: ProbeRequest["targets"]; readonly failure?: string };

type End = { readonly address: string; readonly port: number };

type Verdict = "reached" | "refused" | { readonly failure: string };

/** What the kernel says when a way is closed: an administrative refusal, no route, no neighbour, or nothing at all. */
const closed = ["EHOSTUNREACH", "ENETUNREACH", "EACCES", "EPERM", "ETIMEDOUT", "EHOSTDOWN", "ENETDOWN"];

/** What the other end says when the way is open but the port is not. */
const answered = ["ECONNREFUSED", "ECONNRESET"];

async function answer({ targets, atOnce, timeout }: ProbeRequest): Promise<ProbeAnswer> {
  const ends = targets.flatMap(({ address, ports }) => ports.map((port) => ({ address, port })));
  const size = Math.min(atOnce, openFiles() - 64);
  const reached: End[] = [];
  for (let first = 0; first < ends.length; first += size) {
    const wave = ends.slice(first, first + size);
    const verdicts = await tryWave(wave, timeout);
    const failure = verdicts.find((verdict) => typeof verdict === "object");
    if (failure !== undefined) return { reached: [], failure: failure.failure };
    for (const [index, end] of wave.entries()) if (verdicts[index] === "reached") reached.push(end);
  }
  const byAddress = Map.groupBy(reached, ({ address }) => address);
  return { reached: [...byAddress].map(([address, same]) => ({ address, ports: same.map(({ port }) => port) })) };
}

/** Tries all at the same time. The clock starts when the last one was sent, so that a slow machine refuses nothing. */
async function tryWave(ends: readonly End[], timeout: number): Promise<readonly Verdict[]> {
  const sockets: Socket[] = [];
  const verdicts = ends.map(({ address, port }) => {
    const socket = createConnection({ host: address, port, autoSelectFamily: false });
    sockets.push(socket);
    return new Promise<Verdict>((resolve) => {
      socket.once("connect", () => resolve("reached"));
      socket.once("error", (error: NodeJS.ErrnoException) => resolve(verdictOn(error)));
      socket.once("close", () => resolve("refused"));
    });
  });
  const timer = setTimeout(() => {
    // Answers that arrived while this process was not running are taken in before the rest counts as silence.
    setImmediate(() => setImmediate(() => closeAll(sockets)));
  }, timeout);
  const all = await Promise.all(verdicts);
  clearTimeout(timer);
  closeAll(sockets);
  return all;
}

/** How many files this process may have open: Node raises its limit as far as it is allowed to. */
function openFiles(): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  return Number(/^Max open files +([0-9]+)/m.exec(limits)?.[1] ?? 1024);
}

function closeAll(sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.destroy();
}

function verdictOn(error: NodeJS.ErrnoException): Verdict {
  const code = error.code ?? error.message;
  if (answered.includes(code)) return "reached";
  if (closed.includes(code)) return "refused";
  return { failure: code };
}

/** The first line: not every way into a container can say that there is nothing more to come. */
async function firstLine(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  return text;
}

process.stdout.write(JSON.stringify(await answer(JSON.parse(await firstLine()))));
