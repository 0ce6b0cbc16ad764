import { describe, expect, test } from "vitest";
import { judgeForwardPolicy } from "./forward-policy.ts";

describe("another firewall", () => {
  test("that drops what it does not know is named with its chain", () => {
    expect(
      judgeForwardPolicy(listing({ family: "inet", table: "filter", name: "forward", policy: "drop" })),
    ).toMatchObject({
      state: "warning",
      found: "the chain inet filter forward drops what it does not know",
    });
  });

  test("of iptables is fine, since Podman adds its own rules to it", () => {
    expect(judgeForwardPolicy(listing({ family: "ip", table: "filter", name: "FORWARD", policy: "drop" })).state).toBe(
      "fine",
    );
  });

  test("that accepts, or is for IPv6 alone, is fine", () => {
    expect(
      judgeForwardPolicy(listing({ family: "inet", table: "filter", name: "forward", policy: "accept" })).state,
    ).toBe("fine");
    expect(judgeForwardPolicy(listing({ family: "ip6", table: "filter", name: "FORWARD", policy: "drop" })).state).toBe(
      "fine",
    );
    expect(judgeForwardPolicy({ nftables: [] }).state).toBe("fine");
  });
});

function listing(chain: Record<string, string>): unknown {
  return { nftables: [{ metainfo: {} }, { chain: { ...chain, hook: "forward", type: "filter", handle: 1 } }] };
}
