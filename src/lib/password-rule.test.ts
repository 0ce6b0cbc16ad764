import { describe, expect, test } from "vitest";
import { passwordFault } from "./password-rule.ts";

describe("a password", () => {
  test.each([
    ["a\u{1f600}".repeat(4), "PASSWORD_SHORT"],
    ["x".repeat(1001), "PASSWORD_LONG"],
    ["correct\thorse", "PASSWORD_TEXT"],
    ["Ada-Lovelace", "PASSWORD_NAME"],
    ["\u{1f600}".repeat(10), undefined],
    ["correct horse", undefined],
    ["x".repeat(1000), undefined],
  ])("%s", (password, code) => {
    expect(passwordFault(password, "ada-lovelace")?.code).toBe(code);
  });
});
