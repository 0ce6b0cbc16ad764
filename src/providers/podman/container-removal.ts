import { join } from "node:path";
import { exec } from "../../lib/exec.ts";
import { at, numberAt, parseJson, textAt } from "../../lib/json.ts";
import { refused } from "./client.ts";
import { namesIn } from "./directory.ts";
import type { Session } from "./session.ts";
import { removeNetworkOf } from "./stray-network.ts";

/** Milliseconds: a container has 10 s to end by itself. */
const patience = 40_000;

/** Stops a container, by name or id. It is fine when it does not run, or is gone. */
export async function stopContainer({ client }: Session, name: string): Promise<void> {
  const answer = await client.ask("POST", `/containers/${name}/stop`, { query: { timeout: 10 }, timeout: patience });
  const isFine = answer.status < 400 || answer.status === 404 || /can only stop/i.test(answer.words);
  if (!isFine) refused(`to stop ${name}`, answer);
}

/** Where the runtimes beneath Podman keep what they run. */
const runtimes = [
  { program: "runc", state: "/run/runc" },
  { program: "crun", state: "/run/crun" },
] as const;

/**
 * Stops a container and takes it away, by id. It is fine when it is gone already. Podman cleans up after a process that ends
 * from another process of its own, and for a moment the two are in each other's way: then it is asked again.
 */
export async function removeContainer(session: Session, id: string): Promise<void> {
  const { client, clock } = session;
  await removeUnrecordedNetwork(session, id);
  for (let tries = 1; ; tries++) {
    const answer = await client.ask("DELETE", `/containers/${id}`, {
      query: { force: true, v: true, timeout: 10 },
      timeout: patience,
    });
    if (answer.status < 400 || answer.status === 404) return endRemains(id);
    if (!/resource busy/i.test(answer.words) || tries === 20) refused(`to remove the container ${id}`, answer);
    await clock.sleep(25 * tries);
  }
}

/** What was made for a container by a Podman that was killed before it wrote that down, Podman will not take away with it. */
async function removeUnrecordedNetwork({ client }: Session, id: string): Promise<void> {
  const { status, body } = await client.ask("GET", `/containers/${id}/json`);
  if (status >= 400 || textAt(at(body, "NetworkSettings"), "SandboxKey") !== "") return;
  for (const { program, state } of runtimes) {
    if ((await namesIn(join(state, id))).length === 0) continue;
    const { stdout } = await exec([program, "state", id]);
    const pid = numberAt(parseJson(stdout), "pid");
    if (pid > 0) await removeNetworkOf(pid);
  }
}

/** Ends what a Podman that was killed while it started a container left in the runtime, and did not write down. */
async function endRemains(id: string): Promise<void> {
  for (const { program, state } of runtimes) {
    if ((await namesIn(join(state, id))).length > 0) await exec([program, "delete", "--force", id]);
  }
}

/** Takes away what a killed creation left in the storage alone, which the API does not know. */
export async function removeLeftover({ call }: Session, name: string): Promise<void> {
  const { argv, env } = await call();
  await exec([...argv, "rm", "--force", "--storage", name], { env });
}
