import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Container } from "../../resource/kinds/container.ts";
import { siteLayout } from "../layout.ts";
import { cutOff, forgetStarts, whileStarting } from "./starting.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "freehold-starting-"));
});
afterEach(() => rm(root, { recursive: true }));

const layout = (): ReturnType<typeof siteLayout> => siteLayout({ root, run: root }, "home");
const container = (service: string): Container => ({
  kind: "container",
  id: `container/${service}/${service}`,
  service,
  part: service,
  replica: 1,
  image: "localhost/x:1",
  needs: [],
  env: {},
  network: { mode: "machine" },
  hosts: {},
  mounts: [],
  scratch: [],
  capabilities: [],
  limits: { memory: 1, cpu: 1, processes: 1 },
  check: { ask: { by: "running" }, every: 1, timeout: 1, within: 1 },
});

test("a start that was answered leaves no mark", async () => {
  expect(await whileStarting(layout(), container("blog"), async () => "answer")).toBe("answer");
  expect([...(await cutOff(layout()))]).toEqual([]);
});

test("a start over which Podman died is told of, until what it left is gone", async () => {
  const died = whileStarting(layout(), container("blog"), () => Promise.reject(new Error("died")));
  await expect(died).rejects.toThrow("died");
  expect([...(await cutOff(layout()))]).toEqual(["blog"]);
  await forgetStarts(layout(), "mail");
  expect([...(await cutOff(layout()))]).toEqual(["blog"]);
  await forgetStarts(layout(), "blog");
  expect([...(await cutOff(layout()))]).toEqual([]);
});

test("a start that is at work is none that was cut off", async () => {
  const seen = await whileStarting(layout(), container("blog"), () => cutOff(layout()));
  expect([...seen]).toEqual([]);
});
