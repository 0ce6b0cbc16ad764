import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import { fail, problem } from "../lib/problem.ts";
import type { Plan } from "../plan/step.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { memoryWorld } from "../providers/memory/world.ts";
import type { Runtime } from "../providers/provider.ts";
import { prepare } from "./prepare.ts";
import { rehearsePlan } from "./rehearse.ts";

describe("a plan that is tried beforehand", () => {
  let directory: string;
  let plan: Plan;
  const { signal } = new AbortController();

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "freehold-rehearse-"));
    await mkdir(join(directory, "services"));
    await writeFile(join(directory, "services/blog.yaml"), "title: Blog\nimage: example.org/blog:1\n");
    const site = sampleSite([sampleService("blog", { parts: [samplePart("blog")] }), sampleService("wiki")]);
    plan = (await prepare(site, memoryRuntime(memoryWorld()))).plan;
  });
  afterEach(() => rm(directory, { recursive: true }));

  const tried = (rehearse?: Runtime["rehearse"]) =>
    rehearsePlan(plan, { ...(rehearse && { rehearse }) }, directory, signal);

  test("has no problems where nobody can tell beforehand", async () => {
    expect(await tried()).toEqual([]);
  });

  test("tells each refusal with the line that asks for it, and tries the others", async () => {
    const ids: string[] = [];
    const found = await tried(async (_site, { resource }) => {
      ids.push(resource.id);
      return resource.id === "container/blog/blog" ? problem("OBJECT_INVALID", "no such user") : undefined;
    });
    expect(found).toMatchObject([{ code: "OBJECT_INVALID", place: { file: "services/blog.yaml", line: 2 } }]);
    expect(ids).toContain("network/wiki");
  });

  test("tells also that it could not be tried, which ends nothing", async () => {
    const found = await tried(async () => fail("CLUSTER_UNREACHABLE", "the cluster does not answer"));
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(["CLUSTER_UNREACHABLE"]));
  });
});
