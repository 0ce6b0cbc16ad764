import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { clusterOf } from "../features/cluster.ts";
import { readApplied } from "../ledger/applied.ts";
import type { FollowedRemote } from "../ledger/source.ts";
import { keepBounded } from "../lib/bounded-file.ts";
import { systemClock as clock } from "../lib/clock.ts";
import { lineLog } from "../lib/log.ts";
import { ProblemError, problemOf } from "../lib/problem.ts";
import { rootsFrom, siteLayout } from "../providers/layout.ts";
import { fetchRemote } from "../source/fetch.ts";
import { branchHeads } from "./branch-head.ts";
import { deployApart } from "./deploy-process.ts";
import { lookOut } from "./lookout.ts";
import { loadPages } from "./start-page.ts";
import { supervise } from "./supervise.ts";

/** In a cluster somebody always runs, also while nothing of the site does: so many milliseconds until it is looked whether that is over. */
const untilLooked = 2000;

/** Bytes of its log, after which it begins anew; the older half lies beside it. */
const mostLogged = 1024 * 1024;

/**
 * The supervisor's process: `--site-name NAME`. It is a main of its own so that it holds nothing of the command line in memory
 * for months. In a cluster, where FREEHOLD_CONTROLLER names the site, it speaks to that, and serves the start page on the port `--listen`. With `--node-lost-after MILLISECONDS` it looks after the
 * nodes there and does nothing else. With `--warm` it only loads what it is made of, and Node keeps that compiled for the next start, which
 * then does without the compiler, 17 MB less. Ends with 0, 1 (failed) or 11 (the site has a supervisor).
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...{ "site-name": { type: "string" }, warm: { type: "boolean" }, listen: { type: "string" } },
      "node-lost-after": { type: "string" },
    },
  });
  if (values.warm === true) {
    await Promise.all([loadPages(), import("./change.ts"), import("../providers/machine.ts")]);
    return 0;
  }
  const site = values["site-name"];
  const log = lineLog((line) => {
    keepBounded(process.stdout.fd, mostLogged);
    process.stdout.write(line);
  }, clock);
  if (site === undefined) {
    log.warn("expected --site-name NAME, got nothing");
    return 2;
  }
  const end = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => end.abort(new Error(signal)));
  const roots = rootsFrom(process.env);
  const { runtime, stays, ...surrounded } = await surroundingsOf(site, values.listen);
  try {
    const { signal } = end;
    const lostAfter = values["node-lost-after"];
    if (lostAfter !== undefined) {
      await lookOut({ site, after: Number(lostAfter), runtime, log, clock, signal });
      return 0;
    }
    const { repository, remote: access } = siteLayout(roots, site);
    const follow = {
      head: branchHeads(repository),
      fetch: (remote: FollowedRemote, either: AbortSignal) =>
        fetchRemote(repository, remote, access, { signal: either }),
      deploy: (commit: string) => deployApart(site, commit, signal),
    };
    for (;;) {
      await supervise({ roots, site, runtime, ...surrounded, signal, clock, log, follow });
      if (!stays || signal.aborted) return 0;
      await clock.sleep(untilLooked, signal).catch(() => {}); // the signal ends it in a moment
    }
  } catch (thrown) {
    const { code, message } = problemOf(thrown);
    log.warn(`${code}: ${message}`);
    if (!(thrown instanceof ProblemError) && thrown instanceof Error) log.warn(thrown.stack ?? "");
    return code === "LOCKED" ? 11 : 1;
  } finally {
    await runtime.close();
  }
}

/** What is supervised, and what only the place where that happens knows. */
async function surroundingsOf(site: string, port: string | undefined) {
  const roots = rootsFrom(process.env);
  if (process.env.FREEHOLD_CONTROLLER === undefined) {
    const { authorityOf, machineRuntime } = await import("../providers/machine.ts");
    return { runtime: machineRuntime({ roots, clock }), stays: false, authority: authorityOf(roots) };
  }
  const { clusterAuthority, clusterRuntime } = await import("../providers/cluster.ts");
  const applied = await readApplied(siteLayout(roots, site).ledger);
  const cluster = (applied && clusterOf(applied.site)) ?? { context: "" };
  const home = resolve(import.meta.dirname, "../..");
  const options = { roots, clock, env: process.env, cluster, home, secrets: "apart" } as const;
  return {
    runtime: await clusterRuntime(options),
    stays: true,
    authority: (name: string) => clusterAuthority(options, name),
    // processes are the cluster's business: it starts them again itself, and an observation tells others from those before
    startTime: async (pid: number) => pid,
    bootedAt: 0,
    ...(port !== undefined && { port: Number(port) }),
  };
}

process.exit(await main());
