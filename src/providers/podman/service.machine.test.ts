import { readdir, readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type PodmanWorld, podmanWorld } from "../../../test/podman/world.ts";
import { eventually } from "../../../test/world/wait.ts";
import { systemClock } from "../../lib/clock.ts";
import { exec } from "../../lib/exec.ts";
import { type Sample, sample } from "../contract/sample.ts";
import { clear, context, create, seen } from "../contract/world.ts";
import type { Runtime } from "../provider.ts";
import { retrying } from "../retry.ts";
import { podmanPlaces } from "./places.ts";
import { podmanRuntime } from "./provider.ts";

let world: PodmanWorld;
let thing: Sample;
let open: Runtime[] = [];
beforeAll(async () => {
  world = await podmanWorld();
  thing = sample(world, 0, "alpha");
});
afterEach(async () => {
  for (const runtime of open) await runtime.close();
  open = [];
});
afterAll(() => world.end());

function another(): Runtime {
  const runtime = podmanRuntime({ roots: world.roots, clock: systemClock });
  open.push(runtime);
  return runtime;
}

/** Process ids of the services of this test's Podman. */
async function services(): Promise<number[]> {
  const found: number[] = [];
  for (const name of (await readdir("/proc")).filter((each) => /^\d+$/.test(each))) {
    const line = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    if (line.includes(world.directory) && line.includes("\0service\0")) found.push(Number(name));
  }
  return found;
}

const noService = (): Promise<true> =>
  eventually("the service to be gone", async () => ((await services()).length === 0 ? true : undefined));

describe("Podman's service", () => {
  test("is started when it is first needed, once for all who ask, and is gone after close", async () => {
    const runtime = another();
    expect(await services()).toEqual([]);
    await Promise.all([runtime.observe(world.site), runtime.observe(world.otherSite)]);
    expect(await services()).toHaveLength(1);
    await runtime.close();
    expect(await services()).toEqual([]);
    expect(await readdir(podmanPlaces(world.roots).api)).toEqual([]);
  });

  test("that dies while it is asked is a problem that passes: whoever asks again gets his answer", async () => {
    const runtime = another();
    await runtime.observe(world.site);
    const [pid = 0] = await services();
    process.kill(pid, "SIGSTOP"); // so that the question is open for certain
    const [asked, askedWithPatience] = [
      runtime.observe(world.site),
      retrying(runtime, systemClock).observe(world.site),
    ];
    setTimeout(() => process.kill(pid, "SIGKILL"), 100);
    await expect(asked).rejects.toMatchObject({ problem: { code: "RUNTIME_DIED", kind: "transient" } });
    expect((await askedWithPatience).resources).toEqual([]);
    expect(await services()).not.toContain(pid);
  });

  test("does not outlive a process that is killed, and what that left is swept by the next", async () => {
    const script = `
      import { podmanRuntime } from "${import.meta.dirname}/provider.ts";
      import { systemClock } from "${import.meta.dirname}/../../lib/clock.ts";
      await podmanRuntime({ roots: ${JSON.stringify(world.roots)}, clock: systemClock }).observe("${world.site}");
      process.kill(process.pid, "SIGKILL");
    `;
    await exec([process.execPath, "--input-type=module-typescript", "--eval", script]);
    await noService();
    const runtime = another();
    await runtime.observe(world.site);
    expect(await readdir(podmanPlaces(world.roots).api)).toHaveLength(1);
  });

  test("is each process' own: two see the same, and what one starts the other takes away", async () => {
    const [one, two] = [another(), another()];
    await create(one, world.site, world.image);
    for (const resource of [thing.network, thing.volume, thing.file, thing.container])
      await create(one, world.site, resource);
    const [seenByTwo, seenByOne] = [await two.observe(world.site), await one.observe(world.site)];
    expect(seenByTwo.resources).toEqual(seenByOne.resources); // the slots of other sites come and go meanwhile
    expect(await services()).toHaveLength(2);
    await two.remove(world.site, thing.container, context());
    expect(await seen(one, world.site, thing.container.id)).toBeUndefined();
    await clear(one, world.site);
  });
});
