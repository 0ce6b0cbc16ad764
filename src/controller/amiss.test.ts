import { expect, test } from "vitest";
import { assignSlots } from "../features/addresses.ts";
import { compile } from "../features/compile.ts";
import { sampleService, sampleSite } from "../features/sample-site.ts";
import { plan } from "../plan/plan.ts";
import { withAmiss } from "./amiss.ts";

test("what somebody found amiss is a reason in the plan, for that one thing alone", () => {
  const desired = compile(sampleSite([sampleService("blog")]), assignSlots(["blog"], {}, []));
  const run = { state: "running", pid: 1, startedAt: 0, exitCode: 0, containerId: "c" } as const;
  const resources = desired.map((resource) => ({ resource, ...(resource.kind === "container" && { run }) }));
  const observation = withAmiss(
    { resources, slots: {}, foreignSlots: [] },
    new Map([["container/blog/blog", "unhealthy"]]),
  );
  const busy = plan("home", desired, observation).steps.filter(({ action }) => action !== "keep");
  expect(busy.map(({ action, because }) => `${action} ${because.reason}`)).toEqual(["update unhealthy"]);
});
