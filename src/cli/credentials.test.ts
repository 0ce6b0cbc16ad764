import { expect, test } from "vitest";
import { samplePart, sampleService } from "../features/sample-site.ts";
import { lackOf, lackText } from "./credentials.ts";

const asks = (what: "passwords" | "keys") =>
  sampleService("calendar", { parts: [samplePart("calendar", { people: { path: "/run/people", give: [what] } })] });
const ada = { name: "ada", title: "Ada", groups: [], keys: [], addresses: [] };

test("a service into which nobody can log in is found, and what to do is said", () => {
  const people = [ada];
  expect(lackOf({ services: [sampleService("blog")], people })).toBeUndefined();
  const lack = lackOf({ services: [asks("passwords")], people });
  expect(lack).toEqual({ service: "calendar", what: "passwords" });
  expect(lack && lackText(lack, { people })).toContain("freehold passwd ada");
  const invitation = { digest: "00", until: 0 };
  expect(lackOf({ services: [asks("passwords")], people: [{ ...ada, invitation }] })).toBeUndefined();
  expect(lackOf({ services: [asks("keys")], people: [{ ...ada, keys: ["ssh-ed25519 AAAA"] }] })).toBeUndefined();
});
