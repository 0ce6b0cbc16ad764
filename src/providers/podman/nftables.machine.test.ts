import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ExecResult, exec } from "../../lib/exec.ts";
import type { Link } from "../../resource/kinds/link.ts";
import type { MachineNetwork } from "../../resource/kinds/network.ts";
import { ruleset } from "./nftables.ts";

test("the golden table is taken by nft, to check and to load", async () => {
  const text = readFileSync(new URL("./cases/two-services.nft", import.meta.url), "utf8");
  expect(await nft(text, "--check")).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await nft(text)).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("whatever links there are, the kernel takes them, one table after another", async () => {
  const site = fc.sample(fc.stringMatching(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/), { numRuns: 3, seed: 7 });
  const tables = fc.sample(fc.array(anyLink, { maxLength: 60 }), { numRuns: 40, seed: 8 });
  const text = tables.map((links, index) => ruleset({ site: site[index % 3] ?? "", networks, links })).join("");
  expect(await nft(text)).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("a thousand services with three links each are loaded within two seconds", async () => {
  const many = Array.from({ length: 1000 }, (_, index) => network(index + 1));
  const links = many.flatMap((of): Link[] => [
    { ...link, from: of.subnet, to: { zone: "internet" }, protocol: "any" },
    { ...link, from: of.subnet, to: { address: "10.224.1.2" }, port: 5432 },
    { ...link, from: of.subnet, to: { zone: "lan" }, port: 9100 },
  ]);
  const started = performance.now();
  expect((await nft(ruleset({ site: "home", networks: many, links }))).code).toBe(0);
  expect(performance.now() - started).toBeLessThan(2000);
});

const link = { kind: "link", id: "link", service: "a", needs: [], protocol: "tcp" } as const;
const networks = [1, 2, 3].map(network);

/** Few sources, ends and ports, so that many links say the same or overlap. */
const anyLink: fc.Arbitrary<Link> = fc.record(
  {
    kind: fc.constant("link" as const),
    id: fc.constant("link"),
    service: fc.constant("a"),
    needs: fc.constant([]),
    from: fc.constantFrom(...networks.map(({ subnet }) => subnet)),
    to: fc.oneof(
      fc.record({ zone: fc.constantFrom("internet" as const, "lan" as const, "machine" as const) }),
      fc.record({ address: fc.constantFrom("10.224.1.2", "10.224.2.2", "192.168.1.9", "203.0.113.9") }),
    ),
    protocol: fc.constantFrom("tcp" as const, "udp" as const, "any" as const),
    port: fc.constantFrom(0, 1, 53, 443, 65_535),
  },
  { requiredKeys: ["kind", "id", "service", "needs", "from", "to", "protocol"] },
);

function network(slot: number): MachineNetwork {
  const start = `10.${224 + (slot >> 8)}.${slot & 255}`;
  const id = `network/s${slot}`;
  const resolves = slot % 2 === 0;
  return {
    kind: "network",
    id,
    service: `s${slot}`,
    needs: [],
    slot,
    subnet: `${start}.0/24`,
    gateway: `${start}.1`,
    resolves,
  };
}

/** Runs nft in a network namespace that ends with it. */
function nft(text: string, ...options: readonly string[]): Promise<ExecResult> {
  return exec(["unshare", "--net", "nft", ...options, "-f", "-"], { input: text });
}
