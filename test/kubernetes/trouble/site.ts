import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ExecResult, exec } from "../../../src/lib/exec.ts";
import { loadImages } from "../../world/cluster-images.ts";
import { imageStore } from "../../world/images.ts";
import { checkout } from "../../world/machine.ts";
import { unmountAbandoned } from "../../world/mounts.ts";
import { kubectl } from "./kubectl.ts";

/** A site on the cluster of KUBECONFIG, with freehold's own directories, and a name that nobody else has. */
export type ClusterSite = {
  readonly name: string;
  /** The namespace of one of its services. */
  namespace(service: string): string;
  /** Writes files of the site; `undefined` takes one away. */
  write(files: Readonly<Record<string, string | undefined>>): Promise<void>;
  /** Writes site.yaml with this below `engine.kubernetes`, besides the context. */
  writeEngine(settings: string): Promise<void>;
  /** A command of freehold in the site's directory; `env` is put beside the usual. */
  freehold(words: readonly string[], env?: NodeJS.ProcessEnv): Promise<ExecResult>;
  /** `up --yes --json`; what it says of each step. */
  up(env?: NodeJS.ProcessEnv): Promise<Upped>;
  /** Takes everything away, without waiting for the cluster. */
  end(): Promise<void>;
};

/** What `up --json` told. */
export type Upped = {
  readonly code: number;
  readonly stderr: string;
  readonly services: Readonly<Record<string, { readonly result: string; readonly problem?: UpProblem }>>;
  readonly problems: readonly UpProblem[];
};

/** A problem of one step, by the id of what it was about. */
export type UpProblem = {
  readonly id: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly file: string | null;
  readonly line: number | null;
};

/** A site with these files, and the image `images/probe`. */
export async function createClusterSite(files: Readonly<Record<string, string>>): Promise<ClusterSite> {
  // Nodes that pulled an image from the cluster's registry do not take it for one that was loaded any more, and some tests need those.
  await loadImages();
  const name = `trouble-${randomBytes(3).toString("hex")}`;
  const root = await mkdtemp(join(tmpdir(), "freehold-trouble-"));
  const directory = join(root, "site");
  const usual = {
    ...process.env,
    FREEHOLD_ROOT: join(root, "root"),
    FREEHOLD_RUN: join(root, "run"),
    FREEHOLD_IMAGE_STORE: await imageStore(),
  };
  await cp(join(checkout, "test/world/lab"), directory, { recursive: true });
  const site: ClusterSite = {
    name,
    namespace: (service) => `${name}-${service}`,
    write: async (written) => {
      for (const [path, text] of Object.entries(written)) {
        const target = join(directory, path);
        await mkdir(dirname(target), { recursive: true });
        await (text === undefined ? rm(target) : writeFile(target, text));
      }
    },
    writeEngine: async (settings) => {
      const context = (await kubectl(["config", "current-context"])).trim();
      const engine = `{context: "${context}"${settings === "" ? "" : `, ${settings}`}}`;
      await site.write({ "site.yaml": `name: ${name}\ndomain: ${name}.test\nengine: {kubernetes: ${engine}}\n` });
    },
    freehold: (words, env = {}) =>
      exec([join(checkout, "bin/freehold"), ...words], { cwd: directory, env: { ...usual, ...env }, timeout: 300_000 }),
    up: async (env) => {
      const result = await site.freehold(["up", "--yes", "--json"], env);
      return upped(result);
    },
    end: async () => {
      await kubectl(["delete", "namespace", "-l", `freehold.dev/site=${name}`, "--wait=false"]);
      await unmountAbandoned(root);
      await rm(root, { recursive: true, force: true });
    },
  };
  await site.write(files);
  await site.writeEngine("");
  return site;
}

function upped({ code, stdout, stderr }: ExecResult): Upped {
  if (stdout === "") return { code, stderr, services: {}, problems: [] };
  const said: UpJson = JSON.parse(stdout);
  const problems = (said.steps ?? []).flatMap(({ id, problem }) => (problem === null ? [] : [{ ...problem, id }]));
  return { code, stderr, services: said.services ?? {}, problems };
}

type UpJson = {
  readonly services?: Upped["services"];
  readonly steps?: readonly { readonly id: string; readonly problem: Omit<UpProblem, "id"> | null }[];
};
