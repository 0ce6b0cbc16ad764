import { beforeEach, describe, expect, test } from "vitest";
import { compile } from "../features/compile.ts";
import { sampleExposure, sampleService, sampleSite } from "../features/sample-site.ts";
import { fakeClock } from "../lib/fake-clock.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { killContainer, type MemoryWorld, memoryWorld, thingsOf } from "../providers/memory/world.ts";
import { letFinish } from "./relief.ts";

const fresh = "container/blog/blog/b";
let clock: ReturnType<typeof fakeClock>;
let world: MemoryWorld;
let reports: string[];

beforeEach(() => {
  clock = fakeClock();
  world = memoryWorld({ clock });
  reports = [];
  const blog = sampleService("blog", { expose: [sampleExposure("blog.example.org", "blog")] });
  for (const turns of [{}, { "blog/blog/1": "b" } as const])
    for (const resource of compile(sampleSite([blog]), { blog: 7 }, turns)) {
      const run = { state: "running", pid: 1, startedAt: clock.now(), exitCode: 0, containerId: resource.id } as const;
      const running = resource.kind === "container" ? { run } : {};
      thingsOf(world, "home").set(resource.id, { resource, data: new Map(), log: [], ...running });
    }
});

/** How long it took, in milliseconds. */
async function finish(relievedBy: readonly string[] = [fresh]): Promise<number> {
  const old = thingsOf(world, "home").get("container/blog/blog");
  if (old === undefined) throw new Error("expected an old one");
  const began = clock.elapsed();
  const context = { report: (phrase: string) => void reports.push(phrase), signal: new AbortController().signal };
  await letFinish("home", old.resource, relievedBy, { runtime: memoryRuntime(world), clock, context });
  return clock.elapsed() - began;
}

describe("a container that was relieved", () => {
  test("stays for three seconds although nobody uses it, in case the new one does not bear its visitors", async () => {
    expect(await finish()).toBe(3000);
    expect(reports).toEqual([]);
  });

  test("stays until what it has begun is done", async () => {
    const until = clock.elapsed() + 9900;
    world.inUse = () => clock.elapsed() < until;
    expect(await finish()).toBe(10_000);
    expect(reports).toEqual(["finishing what it has begun"]);
  });

  test("goes after 35 seconds though somebody holds on to it: a web socket never ends", async () => {
    world.inUse = () => true;
    expect(await finish()).toBe(35_000);
  });

  test("that is one replica too many goes as soon as nobody uses it", async () => {
    expect(await finish([])).toBe(0);
  });

  test("stays for good when the new one dies, whose last lines are told", async () => {
    thingsOf(world, "home").get(fresh)?.log.push({ at: clock.now(), text: "out of luck" });
    clock.at(1200, () => killContainer(world, "home", fresh));
    await expect(finish()).rejects.toMatchObject({
      problem: { code: "CONTAINER_STOPPED", detail: ["out of luck"], message: expect.stringContaining("the new blog") },
    });
  });
});
