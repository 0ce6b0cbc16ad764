import { describe, expect, test } from "vitest";
import { assignSlots } from "../features/addresses.ts";
import { compile } from "../features/compile.ts";
import { samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { type MemoryWorld, memoryWorld, thingsOf } from "../providers/memory/world.ts";
import { isOnMachine } from "../resource/kinds/network.ts";
import type { Service } from "../site/site.ts";
import { prove } from "./prove.ts";

const ports = [{ name: "imaps", port: 993, published: 993, protocol: "tcp", clientAddress: "none" }] as const;
const mail = sampleService("mail", { parts: [samplePart("imap", { ports }), samplePart("store")] });
const blog = sampleService("blog", {
  reach: [
    { to: "service", service: "mail", port: 993 },
    { to: "internet", port: 443 },
  ],
});
const around = { machine: ["10.224.0.1"], lan: ["192.168.1.1"], internet: ["1.1.1.1"] };

/** A machine on which the services run, wired as they say. */
function worldOf(services: readonly Service[]): MemoryWorld {
  const world = memoryWorld();
  const slots = assignSlots(
    services.map(({ name }) => name),
    {},
    [],
  );
  for (const resource of compile(sampleSite(services), slots)) {
    const run = { state: "running", pid: 5, startedAt: 0, exitCode: 0, containerId: "c" } as const;
    const running = resource.kind === "container" ? { run } : {};
    thingsOf(world, "home").set(resource.id, { resource, data: new Map(), log: [], ...running });
  }
  return world;
}

async function proof(world: MemoryWorld, services: readonly Service[]) {
  const runtime = memoryRuntime(world);
  return prove(sampleSite(services), await runtime.observe("home"), runtime, around);
}

describe("the proof of the ways between services", () => {
  test("finds exactly the declared ways open, part by part and port by port", async () => {
    const made = await proof(worldOf([blog, mail]), [blog, mail]);
    expect(made.differences).toEqual([]);
    const cell = made.cells.find(({ from, to }) => from === "blog" && to === "mail");
    expect(cell).toMatchObject({ declared: [993], reached: [993] });
    expect(cell?.refused).toContain(8080);
    expect(made.cells.find(({ from, to }) => from === "mail" && to === "blog")?.reached).toEqual([]);
    expect(made.cells.find(({ from, to }) => from === "blog" && to === "internet")?.reached).toEqual([443]);
  });

  test("shows a way that is open though no line opens it, wherever it leads", async () => {
    const world = worldOf([blog, mail]);
    const common = { kind: "link", service: "mail", needs: [], protocol: "any" } as const;
    const network = thingsOf(world, "home").get("network/mail")?.resource;
    const from = network?.kind === "network" && isOnMachine(network) ? network.subnet : "";
    for (const zone of ["machine", "lan", "internet"] as const) {
      const link = { ...common, id: `link/mail/${zone}`, from, to: { zone } };
      thingsOf(world, "home").set(link.id, { resource: link, data: new Map(), log: [] });
    }
    const made = await proof(world, [blog, mail]);
    const goals = new Set(
      made.differences.map(({ attempt, result }) => `${attempt.service} ${attempt.goal.to} ${result}`),
    );
    expect([...goals].sort()).toEqual(["mail internet reached", "mail lan reached", "mail machine reached"]);
  });

  test("shows a declared way that is closed", async () => {
    const world = worldOf([blog, mail]);
    for (const id of [...thingsOf(world, "home").keys()]) {
      if (id.startsWith("link/blog/mail")) thingsOf(world, "home").delete(id);
    }
    const made = await proof(world, [blog, mail]);
    expect(made.differences.map(({ attempt, result }) => [attempt.service, attempt.port, result])).toEqual([
      ["blog", 993, "refused"],
    ]);
  });

  test("proves nothing by a declared way out on which nobody answers, and says so", async () => {
    const world = worldOf([blog]);
    thingsOf(world, "home").delete("link/blog/internet/443");
    const made = await proof(world, [blog]);
    expect(made.differences).toEqual([]);
    expect(made.unanswered.map(({ address, port }) => `${address}:${port}`)).toEqual(["1.1.1.1:443"]);
  });

  test("names services that do not run instead of taking them for closed", async () => {
    expect((await proof(worldOf([blog]), [blog, mail])).absent).toEqual(["mail"]);
  });

  test("tries every service's ports from every other, and further ones when asked", async () => {
    const world = worldOf([blog, mail]);
    const runtime = memoryRuntime(world);
    const observation = await runtime.observe("home");
    const few = await prove(sampleSite([blog, mail]), observation, runtime, around);
    const more = await prove(sampleSite([blog, mail]), observation, runtime, { ...around, ports: [12345] });
    expect(more.attempts).toBeGreaterThan(few.attempts);
    expect(more.cells.every(({ refused, reached }) => [...refused, ...reached].includes(12345))).toBe(true);
  });
});
