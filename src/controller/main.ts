import { parseArgs } from "node:util";
import type { FollowedRemote } from "../ledger/source.ts";
import { keepBounded } from "../lib/bounded-file.ts";
import { systemClock as clock } from "../lib/clock.ts";
import { lineLog } from "../lib/log.ts";
import { ProblemError, problemOf } from "../lib/problem.ts";
import { rootsFrom, siteLayout } from "../providers/layout.ts";
import { authorityOf, machineRuntime } from "../providers/machine.ts";
import { fetchRemote } from "../source/fetch.ts";
import { branchHeads } from "./branch-head.ts";
import { deployApart } from "./deploy-process.ts";
import { loadPages } from "./start-page.ts";
import { supervise } from "./supervise.ts";

/** Bytes of its log, after which it begins anew; the older half lies beside it. */
const mostLogged = 1024 * 1024;

/**
 * The supervisor's process: `--site-name NAME`. It is a main of its own so that it holds nothing of the command line in memory
 * for months. With `--warm` it only loads what it is made of, and Node keeps that compiled for the next start, which
 * then does without the compiler, 17 MB less. Ends with 0, 1 (failed) or 11 (the site has a supervisor).
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { "site-name": { type: "string" }, warm: { type: "boolean" } } });
  if (values.warm === true) {
    await Promise.all([loadPages(), import("./change.ts")]);
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
  const runtime = machineRuntime({ roots, clock });
  try {
    const { signal } = end;
    const { repository, remote: access } = siteLayout(roots, site);
    const follow = {
      head: branchHeads(repository),
      fetch: (remote: FollowedRemote, either: AbortSignal) =>
        fetchRemote(repository, remote, access, { signal: either }),
      deploy: (commit: string) => deployApart(site, commit, signal),
    };
    await supervise({ roots, site, runtime, authority: authorityOf(roots), signal, clock, log, follow });
    return 0;
  } catch (thrown) {
    const { code, message } = problemOf(thrown);
    log.warn(`${code}: ${message}`);
    if (!(thrown instanceof ProblemError) && thrown instanceof Error) log.warn(thrown.stack ?? "");
    return code === "LOCKED" ? 11 : 1;
  } finally {
    await runtime.close();
  }
}

process.exit(await main());
