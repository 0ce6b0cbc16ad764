import { describe, expect, test } from "vitest";
import { compile } from "../features/compile.ts";
import { samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import type { Observation } from "../resource/observed.ts";
import type { Resource } from "../resource/resource.ts";
import type { Part } from "../site/site.ts";
import { plan } from "./plan.ts";
import { atStake, withSnapshots } from "./snapshots.ts";
import { stepId } from "./step.ts";
import { summary } from "./summary.ts";

const state = [{ name: "data", path: "/data" }];
const resources = (parts: readonly Part[]): readonly Resource[] =>
  compile(sampleSite(parts.length === 0 ? [] : [sampleService("mail", { parts })]), { mail: 7 });
const part = (name: string, version: string, rest: Partial<Part> = {}): Part =>
  samplePart(name, { env: { VERSION: version }, ...rest });

function observed(there: readonly Resource[], state: "running" | "stopped" = "running"): Observation {
  const run = { state, pid: 1, startedAt: 0, exitCode: 0, containerId: "c" };
  return {
    resources: there.map((resource) => ({ resource, ...(resource.kind === "container" ? { run } : {}) })),
    slots: { mail: 7 },
    foreignSlots: [],
  };
}

const between = (from: readonly Part[], to: readonly Part[]) => plan("home", resources(to), observed(resources(from)));

describe("the state of a service", () => {
  test("is at stake when a container of it is made anew, comes or goes, whether or not that one has the state", () => {
    const imap = part("imap", "1", { state });
    const web = part("web", "1");
    expect(atStake(between([imap], [part("imap", "2", { state })]))).toEqual(["mail"]);
    expect(atStake(between([imap, web], [imap, part("web", "2")]))).toEqual(["mail"]);
    expect(atStake(between([imap], [imap, web]))).toEqual(["mail"]);
    expect(atStake(between([imap, web], [imap]))).toEqual(["mail"]);
  });

  test("is not at stake when there is none yet, nothing changes, or all of the service leaves", () => {
    const imap = part("imap", "1", { state });
    expect(atStake(between([part("imap", "1")], [part("imap", "2")]))).toEqual([]);
    expect(atStake(between([], [imap]))).toEqual([]);
    expect(atStake(between([imap], [imap]))).toEqual([]);
    expect(atStake(between([imap], []))).toEqual([]);
    expect(atStake(plan("home", resources([imap]), observed(resources([imap]), "stopped")))).toEqual([]);
  });

  test("is copied at rest: whatever has it starts again, unless the copy is of one moment", () => {
    const before = [part("imap", "1", { state }), part("smtp", "1", { state }), part("web", "1")];
    const after = [part("imap", "2", { state }), ...before.slice(1)];
    const busy = (way: "atomic" | "copy") => {
      const snapshot = { service: "mail", way, bytes: 3 * 1024 ** 3, milliseconds: 10_000 };
      const made = withSnapshots(between(before, after), [snapshot]);
      const steps = made.steps.flatMap((step) => (step.action === "keep" ? [] : [`${step.action} ${stepId(step)}`]));
      const change = summary(made).changes.find(({ service }) => service === "mail");
      return { steps, risk: change?.risk, snapshot: change?.snapshot };
    };
    expect(busy("atomic")).toMatchObject({
      steps: ["replace container/mail/imap"],
      risk: "about 2 s without mail; nothing is lost",
    });
    expect(busy("copy")).toMatchObject({
      steps: ["replace container/mail/imap", "update container/mail/smtp"],
      risk: "about 12 s without mail; its state, 3.0 GB, is copied first",
      snapshot: { way: "copy" },
    });
  });
});
