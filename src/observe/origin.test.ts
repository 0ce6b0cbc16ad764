import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeHeldBack } from "../ledger/held.ts";
import { writePolled } from "../ledger/polled.ts";
import { writeSource } from "../ledger/source.ts";
import { problem } from "../lib/problem.ts";
import { siteLayout } from "../providers/layout.ts";
import { asItIs, readOrigin } from "./origin.ts";
import type { ServiceStatus } from "./status.ts";

let directory: string;
const layout = () => siteLayout({ root: join(directory, "root"), run: join(directory, "run") }, "home");
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-origin-"));
});
afterEach(() => rm(directory, { recursive: true }));

const wrong = problem("X", "no");
const refused = { commit: "f", at: 1, problem: wrong };
const silent = { at: 3, failure: "silence" };

test("a site that was never brought up, and follows nothing, has no origin", async () => {
  expect(await readOrigin(layout(), undefined)).toEqual({ held: [] });
});

test("what the ledger knows is told: what was refused, a remote that is silent, what is held back", async () => {
  const remote = { url: "https://git.example.org/x", branch: "main", every: 1 };
  await writeSource(layout().ledger, { branch: "main", remote, refused });
  await writePolled(layout().run, silent);
  const held = { since: 2, digest: "d", problem: wrong, runs: "old", until: "changed" } as const;
  await writeHeldBack(layout().ledger, {
    mail: held,
    blog: { ...held, revision: "r", failed: ["container/blog/blog"] },
  });
  const origin = await readOrigin(layout(), undefined);
  expect(origin).toMatchObject({ refused, unreachable: silent });
  expect(origin.held).toEqual([
    { service: "blog", since: 2, problem: wrong, runs: "old", revision: "r", isKept: true },
    { service: "mail", since: 2, problem: wrong, runs: "old", isKept: false },
  ]);
});

test("a silence that was before the site followed no remote any more is nobody's business", async () => {
  await writeSource(layout().ledger, { branch: "main" });
  await writePolled(layout().run, silent);
  expect(await readOrigin(layout(), undefined)).toEqual({ held: [] });
});

test("a first version that went wrong and is well by now is not told of; one that is held back always is", () => {
  const service = { title: "", urls: [], to: "public", held: false, elsewhere: false, parts: [] } as const;
  const services: ServiceStatus[] = ["mail", "blog", "wiki"].map((name) => {
    return { ...service, name, state: name === "wiki" ? "unhealthy" : "healthy" };
  });
  const held = [
    { service: "mail", since: 1, problem: wrong, runs: "new" as const, isKept: false },
    { service: "blog", since: 1, problem: wrong, runs: "old" as const, isKept: false },
    { service: "wiki", since: 1, problem: wrong, runs: "new" as const, isKept: false },
  ];
  const shown = asItIs({ held }, { name: "home", services, front: [] });
  expect(shown.held.map((one) => one.service)).toEqual(["blog", "wiki"]);
});
