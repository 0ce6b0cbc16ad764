import { expect, test } from "vitest";
import { exec } from "../lib/exec.ts";
import { problem } from "../lib/problem.ts";
import type { ServiceStatus } from "../observe/status.ts";
import { type MetricsFacts, metricsAnswer } from "./metrics.ts";

const service: ServiceStatus = {
  ...{ name: "mail", title: "Mail", state: "unhealthy", urls: [], to: "public", held: false, elsewhere: false },
  parts: [
    { id: "container/mail/imap", name: "imap", replica: 1, state: "healthy", restarts: 0 },
    { id: "container/mail/smtp", name: "smtp", replica: 1, state: "stopped", restarts: 3 },
  ],
};

const front = { id: "container/front/haproxy", name: "haproxy", replica: 1, state: "healthy", restarts: 1 } as const;

const facts: MetricsFacts = {
  status: {
    name: "home",
    services: [{ ...service, name: "blog", state: "healthy", parts: [] }, service],
    front: [front],
  },
  origin: {
    revision: {
      ...{ commit: "a".repeat(40), parents: [], author: { name: "Ada", email: "ada@example.org" } },
      ...{
        authoredAt: 1_772_000_000_500,
        subject: "Secret plans",
        body: "",
        signer: { name: "ada", key: "k", by: "ssh" },
      },
    },
    refused: { commit: "b".repeat(40), at: 1, problem: problem("UNSIGNED", "no") },
    held: [{ service: "mail", since: 1, problem: problem("X", 'quotes "\n\\'), runs: "old", isKept: false }],
  },
  leaving: [
    { service: "old", state: ["old/data"], until: 1_800_000_000_000 },
    { service: "older", state: ["older/data"] },
  ],
  doings: { passes: 12, done: 40, failed: 1, lastPass: 1_772_000_100_000 },
  process: { memory: 64_000_000, processorTime: 1500, startedAt: 1_772_000_000_000 },
};

async function promtool(text: string): Promise<{ code: number; words: string }> {
  const { code, stdout, stderr } = await exec(["promtool", "check", "metrics"], { input: text });
  return { code, words: stdout + stderr };
}

test("a Prometheus reads the metrics, and has nothing to say against their names", async () => {
  expect(await promtool(metricsAnswer(facts).body)).toEqual({ code: 0, words: "" });
  // it does look: a counter that is not called one, and a quote too many
  expect((await promtool("# HELP a_count x\n# TYPE a_count counter\na_count 1\n")).code).not.toBe(0);
  expect((await promtool('a{b="c"d"} 1\n')).code).not.toBe(0);
});

test("a site of which nothing is known but that it is there is read as well", async () => {
  const bare: MetricsFacts = {
    ...facts,
    status: { name: "home", services: [], front: [] },
    origin: { held: [] },
    leaving: [],
    doings: { passes: 0, done: 0, failed: 0 },
  };
  expect(await promtool(metricsAnswer(bare).body)).toEqual({ code: 0, words: "" });
});

test("the metrics say how each service is, what is held back and refused, and when state goes", () => {
  const lines = metricsAnswer(facts).body.split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      'freehold_service_state{service="mail",state="unhealthy"} 1',
      'freehold_service_state{service="mail",state="healthy"} 0',
      'freehold_part_up{service="mail",part="smtp",replica="1"} 0',
      'freehold_part_restarts_total{service="mail",part="smtp",replica="1"} 3',
      'freehold_part_up{service="front",part="haproxy",replica="1"} 1',
      'freehold_service_held_back{service="mail"} 1',
      'freehold_service_held_back{service="blog"} 0',
      `freehold_revision_info{commit="${"a".repeat(40)}"} 1`,
      "freehold_revision_refused 1",
      "freehold_source_reachable 1",
      'freehold_state_deletion_timestamp_seconds{service="old"} 1800000000',
      "freehold_passes_total 12",
      "process_cpu_seconds_total 1.5",
    ]),
  );
});

test("the metrics name no person, and quote no message", () => {
  expect(metricsAnswer(facts).body).not.toMatch(/ada|secret plans|quotes/i);
});
