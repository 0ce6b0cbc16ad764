import { describe, expect, test } from "vitest";
import { samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import type { HeldBack } from "../ledger/held.ts";
import { problem } from "../lib/problem.ts";
import type { Site } from "../site/site.ts";
import { digestOf, withHeldBack } from "./held-services.ts";

const mail = (version: string) => sampleService("mail", { parts: [samplePart("mail", { env: { VERSION: version } })] });
const applied = (site: Site) => ({ site, desired: [], stopped: false });
const held = (site: Site, name: string, rest: Partial<HeldBack> = {}): HeldBack => ({
  since: 1,
  digest: digestOf(site, name) ?? "",
  problem: problem("CONTAINER_UNHEALTHY", "it does not answer"),
  runs: "old",
  until: "changed",
  ...rest,
});

describe("what is held back", () => {
  const old = sampleSite([mail("1"), sampleService("wiki")]);
  const now = sampleSite([mail("bad"), sampleService("wiki")]);
  const heldBack = { mail: held(now, "mail") };

  test("stays as it was last applied while its file says the same, and is let go when that changes", () => {
    const still = withHeldBack(now, heldBack, applied(old));
    expect(still.site.services).toEqual(old.services);
    expect(still.heldBack).toEqual(heldBack);
    const mended = sampleSite([mail("3"), sampleService("wiki")]);
    expect(withHeldBack(mended, heldBack, applied(old))).toEqual({ site: mended, heldBack: {} });
    expect(withHeldBack(sampleSite([sampleService("wiki")]), heldBack, applied(old)).heldBack).toEqual({});
  });

  test("stays away when nothing of it was ever applied", () => {
    const { site } = withHeldBack(now, heldBack, applied(sampleSite([sampleService("wiki")])));
    expect(site.services.map(({ name }) => name)).toEqual(["wiki"]);
  });

  test("is tried again at once when it was not the version that failed, or there is nothing to go back to", () => {
    for (const rest of [{ until: "next" }, { runs: "new" }] as const) {
      const again = withHeldBack(now, { mail: held(now, "mail", rest) }, applied(old));
      expect(again.site).toEqual(now);
      expect(Object.keys(again.heldBack)).toEqual(["mail"]);
    }
  });

  test("is tried again when a person names it, and others stay held", () => {
    const both = { ...heldBack, wiki: { ...held(now, "wiki"), digest: "of another wish" } };
    expect(Object.keys(withHeldBack(now, both, applied(old), ["mail"]).heldBack)).toEqual(["wiki"]);
    expect(withHeldBack(now, both, applied(old), ["mail"]).site).toEqual(now);
  });

  test("is the same wish from another directory, and another one when its content or its secrets differ", () => {
    const secrets = [{ secret: "token", as: "variable", variable: "TOKEN" } as const];
    const from = (source: string, digest: string, token: string) => {
      const files = [{ path: "/etc/app", content: { source, digest, size: 1 } }];
      const service = sampleService("mail", { parts: [samplePart("mail", { files, secrets })] });
      return digestOf(sampleSite([service], { secrets: { values: { token, other: token }, keys: [] } }), "mail");
    };
    expect(from("/revisions/a/files", "d", "ENC[1]")).toBe(from("/revisions/b/files", "d", "ENC[1]"));
    expect(from("/a", "d", "ENC[1]")).not.toBe(from("/a", "e", "ENC[1]"));
    expect(from("/a", "d", "ENC[1]")).not.toBe(from("/a", "d", "ENC[2]"));
  });

  test("of the site's settings leaves services and secrets as they are wanted", () => {
    const wanted = sampleSite([mail("2")], {
      domain: "example.net",
      secrets: { values: { token: "ENC[2]" }, keys: [] },
    });
    const { site } = withHeldBack(wanted, { front: held(wanted, "front") }, applied(old));
    expect(site).toEqual({ ...old, services: wanted.services, secrets: wanted.secrets });
  });
});
