import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { invitationDigest, newInvitationCode } from "./invitation-code.ts";

describe("an invitation's code", () => {
  test("is 28 letters that nobody mistakes for others, in groups, another one each time", () => {
    const codes = Array.from({ length: 200 }, newInvitationCode);
    for (const code of codes) expect(code).toMatch(/^(?:[0-9a-hjkmnp-tv-z]{4}-){6}[0-9a-hjkmnp-tv-z]{4}$/);
    expect(new Set(codes).size).toBe(200);
    // each letter turns up: a generator that leaves some out has fewer than 140 bits
    expect(new Set(codes.join("").replaceAll("-", "")).size).toBe(32);
  });

  test("has the SHA-256 of its letters as digest, however it is typed", () => {
    const plain = "0123456789abcdefghjkmnpqrstv";
    const digest = createHash("sha256").update(plain).digest("hex");
    for (const typed of [
      plain,
      plain.toUpperCase(),
      "0123-4567-89ab-cdef-ghjk-mnpq-rstv",
      " o1234 56789 abcdefghjkmnpqrstv",
      "OL23456789abcdefghjkmnpqrstv",
    ])
      expect(invitationDigest(typed)).toBe(digest);
  });

  test("what cannot be a code has none, however long it is", () => {
    for (const typed of [
      "",
      "0123456789abcdefghjkmnpqrst",
      "0123456789abcdefghjkmnpqrstvw",
      "u123456789abcdefghjkmnpqrstv",
      "a".repeat(1e6),
    ])
      expect(invitationDigest(typed)).toBeUndefined();
  });
});
