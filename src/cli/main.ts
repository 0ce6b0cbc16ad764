import { hostname } from "node:os";
import { resolve } from "node:path";
import { clusterOf } from "../features/cluster.ts";
import { systemClock } from "../lib/clock.ts";
import type { Context } from "./command.ts";
import { examinedSite, siteOnCluster } from "./examined-site.ts";
import { runProgram } from "./program.ts";
import { needRoot } from "./root.ts";
import { rootsOf } from "./roots.ts";
import { createTerminal } from "./terminal.ts";

/** The one place that names concrete providers and ends the process. */
async function main(): Promise<number> {
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (interrupt.signal.aborted) process.exit(130);
      interrupt.abort(new Error("interrupted"));
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === "EPIPE") return interrupt.abort(new Error("nobody reads any more"));
      process.stderr.write(`error: expected to print, got ${thrown.code ?? thrown.message}\n`);
      process.exit(1);
    });
  }
  const argv = process.argv.slice(2);
  const code = await runProgram(argv, await contextOf(argv, interrupt.signal));
  await Promise.all([printed(process.stdout), printed(process.stderr)]);
  return code;
}

/** Resolves when all that was written is out, or an error said that it cannot be. */
function printed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => stream.write("", () => setImmediate(done)));
}

async function contextOf(argv: readonly string[], signal: AbortSignal): Promise<Context> {
  const env = { ...process.env };
  delete process.env.SOPS_AGE_KEY; // a private key: no program that we start inherits it
  const cwd = process.cwd();
  const user = process.getuid?.() ?? 0;
  const roots = await rootsOf({ argv, cwd, env, user });
  const home = resolve(import.meta.dirname, "../..");
  const clock = systemClock;
  const speaking = { roots, clock, env, home };
  return {
    terminal: createTerminal(process, env),
    cwd,
    env,
    clock,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    signal,
    roots,
    user,
    host: hostname(),
    home,
    supervisor: {
      ensure: async (site) => (await supervisor()).ensure(site),
      ended: async (site, until) => (await supervisor()).ended(site, until),
    },
    createRuntime: async (site) => {
      const cluster = clusterOf(site);
      if (cluster !== undefined) {
        const { clusterRuntime } = await import("../providers/cluster.ts");
        return clusterRuntime({ ...speaking, cluster });
      }
      needRoot(user);
      return (await import("../providers/machine.ts")).machineRuntime({ roots, clock, personal: env });
    },
    surroundings: async (site) => {
      const cluster = clusterOf(site);
      if (cluster === undefined) return (await import("./surroundings.ts")).surroundings();
      return (await import("../providers/cluster.ts")).clusterSurroundings({ ...speaking, cluster });
    },
    examine: async (site) => {
      const cluster = site && clusterOf(site);
      if (site !== undefined && cluster !== undefined) {
        const { examineClusterOf } = await import("../providers/cluster.ts");
        return examineClusterOf({ ...speaking, cluster }, siteOnCluster(site, cluster));
      }
      const { examine } = await import("../providers/podman/examine.ts");
      return examine({ roots, clock, ...(site && { site: examinedSite(site) }) });
    },
    authority: async (layout, site) => {
      const { authorityCertificate, authorityFingerprint } = await import("../providers/authority/authority.ts");
      const cluster = clusterOf(site);
      const certificate =
        cluster === undefined
          ? await authorityCertificate(layout)
          : await (await import("../providers/cluster.ts")).clusterAuthority({ ...speaking, cluster }, site.name);
      return certificate === undefined ? undefined : { certificate, fingerprint: authorityFingerprint(certificate) };
    },
  };

  async function supervisor() {
    const { supervisorProcess } = await import("./supervisor-process.ts");
    return supervisorProcess({ roots, clock, home, env: process.env });
  }
}

process.exit(await main());
