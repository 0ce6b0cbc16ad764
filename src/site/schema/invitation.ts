import { section } from "./form.ts";
import { instant } from "./instant.ts";
import { requiredKey } from "./key.ts";
import { textLeaf } from "./leaf.ts";

const digest = textLeaf<string>({
  code: "INVITATION_INVALID",
  expected: "the digest of an invitation: 64 digits from 0 to 9 and a to f",
  hint: "run freehold invite NAME, which makes the code and writes its digest here",
  json: { pattern: "^[0-9a-f]{64}$" },
  read: (text) => (/^[0-9a-f]{64}$/.test(text) ? text : undefined),
});

/** `invitation` of a person: leave to set a password of their own, once. */
export const invitation = section(
  "invitation",
  { expected: "a map with digest and until", hint: "run freehold invite NAME, which writes it" },
  {
    digest: requiredKey(digest, {
      description:
        "The SHA-256 of the code, in hex. The code itself is known to whoever was invited, and to nobody else.",
      example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    }),
    until: requiredKey(instant, {
      description: "The day until whose end (in UTC), or the moment until which the code works.",
      example: "2026-12-01",
    }),
  },
);
