import { describe, expect, test } from "vitest";
import { sampleSite } from "../../features/sample-site.ts";
import { entranceText } from "./entrance.ts";

describe("where the world enters a site of a cluster", () => {
  const site = sampleSite([]);

  test("says nothing when every name leads there", () => {
    expect(entranceText({ addresses: ["10.0.0.1"], astray: [] }, site, 80)).toEqual([]);
  });

  test("gives lines for /etc/hosts that no terminal breaks, each with the address", () => {
    const astray = Array.from({ length: 6 }, (_, index) => `service-${index}.example.org`);
    const text = entranceText({ addresses: ["10.0.0.1", "10.0.0.2"], astray }, site, 60).map(String);
    const lines = text.filter((line) => line.startsWith("  10.0.0.1 "));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.every((line) => line.length <= 60)).toBe(true);
    expect(lines.flatMap((line) => line.trim().split(" ").slice(1))).toEqual(astray);
    expect(text.join(" ")).toContain("10.0.0.1 and 10.0.0.2");
  });

  test("says who knows why when there is no address", () => {
    expect(entranceText({ addresses: [], astray: ["a.example.org"] }, site, 80).join(" ")).toContain("freehold doctor");
  });
});
