import { expect, test } from "vitest";
import { userOnMachine } from "./machine-users.ts";

test("without user namespaces a service's users are the machine's of the same numbers, and others stay who they are", () => {
  const service = 268_435_456 + 5 * 65_536;
  expect(userOnMachine(service + 1000, true)).toBe(service + 1000);
  expect(userOnMachine(service + 1000, false)).toBe(1000);
  expect(userOnMachine(99, false)).toBe(99);
});
