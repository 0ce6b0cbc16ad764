import { connect } from "node:net";
import { httpClient } from "../../lib/http.ts";
import { listAt, textAt } from "../../lib/json.ts";
import { ProblemError } from "../../lib/problem.ts";
import { shorten, visible } from "../../lib/text.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { CheckResult } from "../provider.ts";
import type { PodmanClient } from "./client.ts";
import { containerName } from "./names.ts";
import type { RunningContainers } from "./running.ts";

/**
 * Asks a container once whether it works. It must run: where it does not, its address leads to whoever is next on the way, and
 * on the machine's network somebody else may have its port. That is asked of the kernel, and of Podman only after a start.
 */
export async function checkContainer(
  client: PodmanClient,
  running: RunningContainers,
  site: string,
  container: Container,
): Promise<CheckResult> {
  const { ask, timeout } = container.check;
  const stopped = { healthy: false, stopped: true, detail: "stopped" };
  if (!(await running.runs(site, container))) return stopped;
  if (ask.by === "running") return { healthy: true };
  if (ask.by === "image") return askImage(client, containerName(site, container), timeout);
  const host = container.network.mode === "service" ? container.network.address : "127.0.0.1";
  const result = await (ask.by === "http"
    ? askHttp(host, ask.port, ask.path, timeout)
    : askTcp(host, ask.port, timeout));
  return (await running.runs(site, container)) ? result : stopped;
}

/** Healthy is an answer from 200 to 399, as a reverse proxy would see it. */
async function askHttp(host: string, port: number, path: string, timeout: number): Promise<CheckResult> {
  const client = httpClient({ host, port });
  try {
    const { status, chunks } = await client.stream({ path, timeout, headers: { "user-agent": "freehold" } });
    for await (const _chunk of chunks) break;
    return status >= 200 && status < 400 ? { healthy: true } : { healthy: false, detail: `http ${status}` };
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    return { healthy: false, detail: inWords(thrown.problem.got ?? thrown.problem.code, port) };
  } finally {
    client.close();
  }
}

function askTcp(host: string, port: number, timeout: number): Promise<CheckResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (result: CheckResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeout, () => end({ healthy: false, detail: inWords("HTTP_TIMEOUT", port) }));
    socket.once("connect", () => end({ healthy: true }));
    socket.once("error", (cause) =>
      end({ healthy: false, detail: inWords("code" in cause ? String(cause.code) : "", port) }),
    );
  });
}

function inWords(code: string, port: number): string {
  if (code === "ECONNREFUSED") return `nobody listens on port ${port}`;
  if (code === "HTTP_TIMEOUT" || code === "ETIMEDOUT") return `no answer on port ${port} in time`;
  if (code === "ECONNRESET") return `port ${port} hung up`;
  return `port ${port} cannot be asked (${code})`;
}

/** Runs the image's own HEALTHCHECK, once. */
async function askImage(client: PodmanClient, name: string, timeout: number): Promise<CheckResult> {
  try {
    const answer = await client.ask("GET", `/containers/${name}/healthcheck`, { timeout: timeout + 1000 });
    if (answer.status === 409 && /no defined healthcheck|has no health/i.test(answer.words)) return { healthy: true };
    if (answer.status >= 400) return { healthy: false, detail: shorten(visible(answer.words), 200) };
    if (textAt(answer.body, "Status") === "healthy") return { healthy: true };
    const inspected = await client.get(`/containers/${name}/json`); // the answer itself tells no words in Podman 4.3
    const last = listAt(inspected, "State", "Health", "Log").at(-1);
    const output = textAt(last, "Output").trim().split("\n").at(-1) ?? "";
    return { healthy: false, detail: shorten(visible(output), 200) || "its own check failed" };
  } catch (thrown) {
    if (!(thrown instanceof ProblemError) || thrown.problem.code !== "HTTP_TIMEOUT") throw thrown;
    return { healthy: false, detail: "its own check did not end in time" };
  }
}
