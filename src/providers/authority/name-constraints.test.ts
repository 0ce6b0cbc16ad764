import { describe, expect, test } from "vitest";
import { derValues } from "./der.ts";
import { nameConstraints, permittedDomains } from "./name-constraints.ts";

describe("name constraints", () => {
  test("permit the domains and exclude every address, byte for byte as RFC 5280 has it", () => {
    const noIpv4 = `300a8708${"00".repeat(8)}`;
    const noIpv6 = `30228720${"00".repeat(32)}`;
    expect(nameConstraints(["a.org"]).toString("hex")).toBe(`303da00930078205612e6f7267a130${noIpv4}${noIpv6}`);
  });

  test("are read back, however many and long the domains are", () => {
    const domains = Array.from({ length: 40 }, (_, index) => `${"long".repeat(15)}.${index}.example.org`);
    expect(permittedDomains(nameConstraints(domains))).toEqual(domains);
    expect(permittedDomains(nameConstraints(["müller.example"]))).toEqual(["xn--mller-kva.example"]);
  });

  test("that are cut short or strange permit nothing rather than fail", () => {
    const whole = nameConstraints(["example.org"]);
    for (let length = 0; length < 10; length += 1) {
      expect(permittedDomains(whole.subarray(0, length)).filter((domain) => domain === "example.org")).toEqual([]);
    }
    expect(permittedDomains(Buffer.from("ffffffffffff", "hex"))).toEqual([]);
    expect(derValues(Buffer.from("3085", "hex"))).toEqual([]);
  });
});
