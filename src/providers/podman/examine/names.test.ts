import { describe, expect, test } from "vitest";
import { judgeName } from "./names.ts";

const own = ["127.0.0.1", "192.0.2.2"];

describe("a name", () => {
  test("under localhost needs nothing", () => {
    expect(judgeName({ host: "blog.home.localhost", own, addresses: [] }).state).toBe("fine");
  });

  test("that leads to this machine is fine", () => {
    expect(judgeName({ host: "example.org", own, addresses: ["2001:db8::1", "192.0.2.2"] }).state).toBe("fine");
  });

  test("that leads elsewhere, or nowhere, is a warning with the record to add", () => {
    expect(judgeName({ host: "example.org", own, addresses: ["198.51.100.7"] })).toMatchObject({
      state: "warning",
      found: "leads to 198.51.100.7",
    });
    expect(judgeName({ host: "example.org", own, addresses: [] }).fix).toContain("a DNS record for example.org");
  });

  test("that no resolver answered for does not count as leading nowhere", () => {
    expect(judgeName({ host: "example.org", own }).found).toBe("no resolver answered");
  });
});
