import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Host, makeWorld } from "../../../test/world/namespaces.ts";
import { listening, probe } from "./probe.ts";

const world = makeWorld();
const every = Array.from({ length: 65_535 }, (_, index) => index + 1);
let asking: Host;
let asked: Host;

beforeAll(async () => {
  [asking, asked] = await Promise.all([world.host("asking"), world.host("asked", [80, 8443])]);
  await world.cable(
    { host: asking, device: "eth0", address: "10.9.0.1/24" },
    { host: asked, device: "eth0", address: "10.9.0.2/24" },
  );
  await asked.run("ip", "addr", "add", "10.9.0.3/24", "dev", "eth0");
  await asked.run("ip", "addr", "add", "10.9.0.4/24", "dev", "eth0");
  await asked.run("nft", "add", "table", "inet", "test");
  await asked.run("nft", "add", "chain", "inet", "test", "input", "{ type filter hook input priority 0; }");
  await asked.run(
    "nft",
    "add",
    "rule",
    "inet test input ip daddr 10.9.0.3 tcp dport != { 80, 65535 } reject with icmpx admin-prohibited",
  );
  await asked.run("nft", "add", "rule", "inet test input ip daddr 10.9.0.4 tcp dport != { 80, 65535 } drop");
});

afterAll(() => world.close());

describe("a probe", () => {
  test("reaches every port of an open way, also those on which nobody listens", async () => {
    const results = await probe(
      asking.pid,
      every.map((port) => ({ address: "10.9.0.2", port })),
    );
    expect(results).toHaveLength(65_535);
    expect(results.filter(({ result }) => result === "refused")).toEqual([]);
  });

  test("finds the two open ports among all of a way that is refused, and of one that is silent, within seconds", async () => {
    const targets = ["10.9.0.3", "10.9.0.4"].flatMap((address) => every.map((port) => ({ address, port })));
    const started = performance.now();
    const results = await probe(asking.pid, targets);
    expect(
      results.filter(({ result }) => result === "reached").map(({ address, port }) => `${address} ${port}`),
    ).toEqual(["10.9.0.3 80", "10.9.0.3 65535", "10.9.0.4 80", "10.9.0.4 65535"]);
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  test("is refused where there is no route, no such host, or no such network", async () => {
    const targets = ["10.9.0.9", "192.0.2.1", "fd00::1", "0.0.0.1"].map((address) => ({ address, port: 80 }));
    const results = await probe(asking.pid, targets, { timeout: 4000 });
    expect(results.map(({ result }) => result)).toEqual(["refused", "refused", "refused", "refused"]);
  });

  test("answers in the order of the questions, also when one is asked twice, and nothing for none", async () => {
    const targets = [8443, 80, 8443].map((port) => ({ address: "10.9.0.2", port }));
    expect(await probe(asking.pid, targets)).toEqual(targets.map((target) => ({ ...target, result: "reached" })));
    expect(await probe(asking.pid, [])).toEqual([]);
  });

  test("from a process that is gone says so, and refuses nothing", async () => {
    await expect(probe(2 ** 30, [{ address: "10.9.0.2", port: 80 }])).rejects.toMatchObject({
      problem: { code: "PROBE_FAILED", kind: "transient" },
    });
  });

  test("to something that is no address says so, and refuses nothing", async () => {
    await expect(probe(asking.pid, [{ address: "no address", port: 80 }])).rejects.toMatchObject({
      problem: { code: "PROBE_FAILED" },
    });
  });
});

test("the ports that listen are those beyond loopback", async () => {
  expect(await listening(asked.pid)).toEqual([80, 8443]);
  expect(await listening(asking.pid)).toEqual([]);
});
