import { expect, test } from "vitest";
import type { PartStatus, ServiceStatus } from "../../observe/status.ts";
import { wordsOf } from "../span.ts";
import { type StatusView, statusText } from "./status.ts";

const hour = 3_600_000;
const part: PartStatus = { id: "container/mail/imap", name: "imap", replica: 1, state: "healthy", restarts: 0 };
const service: ServiceStatus = {
  ...{ name: "mail", title: "Mail", state: "healthy", urls: ["imaps://mail.example.org"], to: "public" },
  ...{ held: false, elsewhere: false, parts: [part] },
};

function lines(parts: readonly PartStatus[], columns = 80, more: Partial<StatusView> = {}): string[] {
  const view: StatusView = {
    host: "attic",
    status: { name: "home", services: [{ ...service, parts }], front: [] },
    use: new Map([["mail", { memory: 300 * 1024 * 1024, cpu: 0.034 }]]),
    ...{
      now: 10 * hour,
      full: [],
      invited: [],
      wanted: "running",
      supervised: true,
      pending: undefined,
      broken: [],
      earlier: [],
      origin: { held: [] },
      leaving: [],
      lost: [],
    },
    ...more,
  };
  return statusText(view, columns).map((line) => wordsOf(line).trimEnd());
}

test("a service has a line with its address, its memory and its part of a processor", () => {
  expect(lines([part])).toContain("  mail  ✔  imaps://mail.example.org  public  300 MB  3.4 % CPU");
});

test("where the columns do not suffice the address has a line of its own", () => {
  const narrow = lines([part], 50);
  expect(narrow).toContain("  mail  ✔  public  300 MB  3.4 % CPU");
  expect(narrow).toContain("      imaps://mail.example.org");
});

test("what was the matter is told also when all is well again", () => {
  const trouble = { at: 8 * hour, what: "stopped" };
  expect(lines([{ ...part, trouble, restarts: 2 }])).toContain("      2 h ago: stopped; started again 2 times");
});

test("what is the matter now is not told twice", () => {
  const ill: PartStatus = {
    ...part,
    ...{ state: "unhealthy", detail: "no answer", restarts: 1, trouble: { at: 1, what: "is not healthy: no answer" } },
  };
  expect(lines([ill])).toContain("      unhealthy: no answer; started again 1 time");
});

test("says on which nodes of a cluster a service is", () => {
  const nodes = new Map([["mail", ["node-1", "node-2"]]]);
  expect(lines([part], 80, { nodes })).toContain("      on node-1 and node-2");
  expect(lines([part]).join()).not.toContain("on node");
});
