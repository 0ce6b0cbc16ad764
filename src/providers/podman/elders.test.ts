import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compile } from "../../features/compile.ts";
import { sampleSite } from "../../features/sample-site.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { type SiteLayout, siteLayout } from "../layout.ts";
import { forgetReloads, mayHaveElders, noteReload } from "./elders.ts";

/** The front door of some site, whose processes go on for so long after a reload. */
function door(milliseconds: number): Container {
  const found = compile(sampleSite([]), {}).find(({ id }) => id === "container/front/haproxy");
  if (found?.kind !== "container" || found.reload?.elders === undefined) throw new Error("expected a front door");
  return { ...found, reload: { ...found.reload, elders: { ...found.reload.elders, milliseconds } } };
}

describe("processes from before the last reload but one", () => {
  let root: string;
  let layout: SiteLayout;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "freehold-elders-"));
    layout = siteLayout({ root, run: root }, "home");
  });
  afterEach(() => rm(root, { recursive: true }));

  test("may still be asked when two reloads follow each other", async () => {
    await noteReload(layout, door(60_000), false);
    expect(await mayHaveElders(layout)).toBe(false);
    await noteReload(layout, door(60_000), true);
    expect(await mayHaveElders(layout)).toBe(true);
  });

  test("are nobody's worry when there are none, when their time is over, or when their container has gone", async () => {
    await noteReload(layout, door(60_000), false);
    await noteReload(layout, door(60_000), false);
    expect(await mayHaveElders(layout)).toBe(false);
    await noteReload(layout, door(0), true);
    expect(await mayHaveElders(layout)).toBe(false);
    await noteReload(layout, door(60_000), true);
    await forgetReloads(layout, door(60_000));
    expect(await mayHaveElders(layout)).toBe(false);
  });
});
