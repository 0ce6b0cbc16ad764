import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import type { ChildProcess } from "../../lib/exec.ts";
import { start } from "../../lib/exec.ts";
import { type HttpClient, httpClient } from "../../lib/http.ts";
import { fail, ProblemError } from "../../lib/problem.ts";
import { findProgram, type PodmanCall } from "./prepare.ts";

/** A service that answers. */
export type Launched = { readonly client: HttpClient; end(): Promise<void> };

/** The oldest Podman that has what we need. */
const oldest = [4, 3] as const;

/** Milliseconds that a service may take until it answers, and until it has ended. */
const patience = { start: 20_000, end: 3000 } as const;

/**
 * Starts `podman system service` on a socket that only root can reach, and waits until it answers. `onEnd` is called once when
 * it has ended, whoever ended it. It never outlives this process. Problems: `RUNTIME_FAILED` with its last words,
 * `RUNTIME_TOO_OLD`.
 */
export async function launch(call: PodmanCall, clock: Clock, onEnd: () => void): Promise<Launched> {
  await sweep(call.places.api);
  const directory = join(call.places.api, `${process.pid}-${randomBytes(3).toString("hex")}`);
  await mkdir(directory, { mode: 0o700 });
  const socket = join(directory, "s");
  const withParent = await findProgram("setpriv");
  const command = [...call.argv, "system", "service", "--time", "0", `unix://${socket}`];
  const [program = "podman", ...rest] =
    withParent === undefined ? command : [withParent, "--pdeathsig", "TERM", "--", ...command];
  const child = start([program, ...rest], { env: call.env, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  }).then(() => rm(directory, { recursive: true, force: true }));
  const words = lastWords(child);
  const client = httpClient({ socket });
  const end = async (): Promise<void> => {
    client.close();
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), patience.end);
    await ended;
    clearTimeout(timer);
  };
  void ended.then(onEnd, onEnd);
  try {
    await untilItAnswers(client, child, words, clock);
  } catch (thrown) {
    await end();
    throw thrown;
  }
  return { client, end };
}

async function untilItAnswers(client: HttpClient, child: ChildProcess, words: () => string[], clock: Clock) {
  const until = clock.elapsed() + patience.start;
  for (;;) {
    try {
      const { headers } = await client.ask({ path: "/v4.0.0/libpod/_ping", timeout: patience.start });
      return checkVersion(headers["libpod-api-version"] ?? "");
    } catch (thrown) {
      if (!(thrown instanceof ProblemError) || !thrown.problem.code.startsWith("HTTP_")) throw thrown;
      const gone = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
      if (gone || clock.elapsed() > until)
        fail("RUNTIME_FAILED", `expected Podman's service to answer, got "${words().at(-1) ?? "silence"}"`, {
          hint: "freehold doctor says what this machine lacks",
          detail: words().slice(0, -1),
          cause: thrown,
        });
      await clock.sleep(5);
    }
  }
}

/** Problem: `RUNTIME_TOO_OLD`. An API version is the version of Podman. */
export function checkVersion(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  fail("RUNTIME_TOO_OLD", `expected Podman ${oldest.join(".")} or later, got ${version || "an unknown version"}`, {
    expected: oldest.join("."),
    got: version,
    hint: "Debian 12 and later have it: apt-get install podman",
  });
}

function lastWords(child: ChildProcess): () => string[] {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (more: string) => {
    text = (text + more).slice(-4096);
  });
  return () =>
    text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .slice(-5);
}

/** Takes away what processes that were killed have left. */
async function sweep(api: string): Promise<void> {
  const alive = new Set(await readdir("/proc"));
  const left = (await readdir(api)).filter((name) => !alive.has(name.split("-")[0] ?? ""));
  await Promise.all(left.map((name) => rm(join(api, name), { recursive: true, force: true })));
}
