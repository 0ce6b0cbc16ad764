import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import type { Context } from "../../src/cli/command.ts";
import { runProgram } from "../../src/cli/program.ts";
import type { Supervisor } from "../../src/cli/supervisor.ts";
import { createTerminal } from "../../src/cli/terminal.ts";
import { supervise, supervisorHolder } from "../../src/controller/supervise.ts";
import { type Clock, systemClock } from "../../src/lib/clock.ts";
import type { Roots } from "../../src/providers/layout.ts";
import { memoryRuntime } from "../../src/providers/memory/provider.ts";
import { type Behaviour, type MemoryWorld, memoryWorld } from "../../src/providers/memory/world.ts";
import { isExpected, type Line } from "./script.ts";

const home = resolve(import.meta.dirname, "../..");

const behaviours: Readonly<Record<string, Behaviour>> = {
  answers: {},
  "never answers": { answersAfter: Number.POSITIVE_INFINITY, says: ["listening on nothing"] },
  "ends at once": { endsAfter: 0, exitCode: 3, says: ["config: line 12: unknown word"] },
};

/** Plays a session on a machine of memory; resolves with the session as it went, in the form that it was written in. */
export async function play(lines: readonly Line[]): Promise<string> {
  const stage = await createStage();
  try {
    const played: string[] = [];
    for (const line of lines) played.push(...(await stage.play(line)));
    return `${played.join("\n")}\n`;
  } finally {
    await stage.end();
  }
}

type Stage = { play(line: Line): Promise<readonly string[]>; end(): Promise<void> };

async function createStage(): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-session-"));
  const work = join(directory, "ada");
  await mkdir(work);
  const roots = { root: join(directory, "root"), run: join(directory, "run") };
  const behaviour = new Map<string, Behaviour>();
  const clock = steppingClock();
  const world = memoryWorld({ clock, behaviour: ({ service }) => behaviour.get(service) ?? {} });
  const supervisors = supervisorsOf(roots, world);
  let cwd = work;
  let person = false;
  let typed: string[] = [];
  let interruptAt = "";
  let meanwhile = "";
  const run = async (words: readonly string[]): Promise<readonly string[]> => {
    const printed: string[] = [];
    const interrupt = new AbortController();
    world.onEffect = (_count, what) => {
      if (what === interruptAt) interrupt.abort();
    };
    const asked = (): void => void world.sites.get("home")?.delete(meanwhile);
    const context: Context = {
      terminal: terminalOf({ printed, person, typed, asked }),
      cwd,
      env: { USER: "ada" },
      clock,
      zone: "UTC",
      signal: interrupt.signal,
      roots,
      user: 1000,
      host: "attic",
      home,
      supervisor: supervisors.supervisor,
      createRuntime: async () => memoryRuntime(world),
      surroundings: async () => ({ machine: ["10.224.0.1"], lan: ["192.168.1.1"], internet: ["1.1.1.1"] }),
      examine: async () => [
        { name: "podman", state: "fine", found: "podman 5.4.2" },
        {
          name: "port-443",
          state: "wrong",
          found: "nginx (process 812) has it",
          expected: "nobody",
          fix: "systemctl disable --now nginx",
        },
      ],
      authority: async () => undefined,
    };
    const code = await runProgram(words, context);
    typed = [];
    interruptAt = "";
    meanwhile = "";
    const shown = printed.map((line) =>
      line.replaceAll(work, "/home/ada").replaceAll(roots.root, "/var/lib/freehold").trimEnd(),
    );
    return code === 0 ? shown : [...shown, `exit ${code}`];
  };
  return {
    async play(line) {
      if (line.is === "command") {
        const printed = await run(line.words);
        return [line.text, ...(isExpected(printed, line.output) ? line.output : printed)];
      }
      if (line.is === "file") {
        const path = join(work, line.path);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, line.lines.map((row) => `${row.slice(4)}\n`).join(""));
        return [line.text, ...line.lines];
      }
      const [word = "", rest = ""] = /^(\S+) ?(.*)$/.exec(line.text)?.slice(1) ?? [];
      if (word === "terminal" || word === "pipe") person = word === "terminal";
      if (word === "type") typed.push(rest);
      if (word === "interrupt") interruptAt = rest;
      if (word === "meanwhile") meanwhile = rest;
      if (word === "directory") cwd = join(work, rest);
      if (word === "remove") await rm(join(work, rest), { recursive: true });
      if (word === "machine") {
        const [service = "", ...how] = rest.split(" ");
        behaviour.set(service, behaviours[how.join(" ")] ?? unknown(rest));
      }
      return [line.text];
    },
    async end() {
      await supervisors.end();
      await rm(directory, { recursive: true });
    },
  };
}

function unknown(words: string): never {
  throw new Error(`a session cannot say "machine ${words}"`);
}

/** What a command prints to, and who sits there. */
type Seat = {
  readonly printed: string[];
  readonly person: boolean;
  readonly typed: readonly string[];
  /** Called when a question is asked, before it is answered. */
  readonly asked: () => void;
};

/** Streams that keep each line with a mark of where it was printed, and bring what was typed. */
function terminalOf({ printed, person, typed, asked }: Seat) {
  const keep = (mark: string): PassThrough => {
    let rest = "";
    const stream = new PassThrough().setEncoding("utf8");
    stream.write = (chunk: unknown): boolean => {
      const lines = `${rest}${String(chunk)}`.split("\n");
      rest = lines.pop() ?? "";
      printed.push(...lines.map((line) => `${mark} ${line}`));
      if (/(\[y\/N\]|go on:) $/.test(rest)) {
        asked();
        printed.push(`${mark} ${rest}`); // behind it a terminal shows the answer and the end of its line
        rest = "";
      }
      return true;
    };
    return stream;
  };
  const stdin = new PassThrough();
  stdin.end(typed.map((line) => `${line}\n`).join(""));
  const isTTY = person ? { isTTY: true } : {};
  return createTerminal(
    {
      stdin: Object.assign(stdin, isTTY),
      stdout: Object.assign(keep("|"), isTTY),
      stderr: Object.assign(keep("!"), isTTY),
    },
    { NO_COLOR: "1", TERM: "dumb" },
  );
}

/** Noon, until somebody sleeps: then it is later soon. Short waits are as long as they say, since a supervisor beside may be the one waited for. */
function steppingClock(): Clock {
  let now = Date.UTC(2026, 10, 21, 12);
  return {
    now: () => now,
    elapsed: () => now,
    sleep: async (milliseconds) => {
      if (milliseconds < 50) await systemClock.sleep(milliseconds);
      now += milliseconds;
    },
  };
}

/** Real supervisors in this process, over the same world. */
function supervisorsOf(roots: Roots, world: MemoryWorld): { readonly supervisor: Supervisor; end(): Promise<void> } {
  const over = new AbortController();
  const running: Promise<void>[] = [];
  const until = async (site: string, wanted: "there" | "gone"): Promise<void> => {
    while (((await supervisorHolder(roots, site)) === undefined) === (wanted === "there")) await systemClock.sleep(5);
  };
  const log = { info: () => {}, warn: () => {} };
  return {
    supervisor: {
      ensure: async (site) => {
        if ((await supervisorHolder(roots, site)) !== undefined) return { state: "running" };
        const runtime = memoryRuntime(world);
        running.push(
          supervise({
            roots,
            site,
            runtime,
            authority: async () => undefined,
            signal: over.signal,
            log,
            clock: systemClock,
          }),
        );
        await until(site, "there");
        return { state: "started" };
      },
      ended: async (site) => {
        await until(site, "gone");
        return undefined;
      },
    },
    end: async () => {
      over.abort();
      await Promise.all(running);
    },
  };
}
