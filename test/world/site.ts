import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ExecOptions, ExecResult } from "../../src/lib/exec.ts";
import { imageStore } from "./images.ts";
import { type ClientPlace, checkout, createMachine, type Machine } from "./machine.ts";
import { makePerson, peopleYaml, type TestPerson } from "./person.ts";

/** Files of a site: relative path to text; `undefined` takes one away. */
export type SiteFiles = Readonly<Record<string, string | undefined>>;

/** A site as its users and their clients see it, wherever it runs. */
export type SiteOfClients = Pick<TestSite, "ada" | "ben" | "authority" | "must" | "curl"> & {
  readonly machine: ClientPlace;
};

/** A site on a machine of its own, and the clients of its users. */
export type TestSite = {
  readonly machine: Machine;
  readonly ada: TestPerson;
  readonly ben: TestPerson;
  /** Path of the certificate of the site's authority, as `trust --pem` printed it; written by the first {@link up}. */
  readonly authority: string;
  write(files: SiteFiles): Promise<void>;
  /** `freehold up --yes` with further words. */
  up(words?: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** The same, which must succeed. */
  mustUp(): Promise<void>;
  /** Any command of freehold, which must succeed; what it printed. */
  must(words: readonly string[]): Promise<string>;
  /** `freehold status --json`, parsed. */
  status(): Promise<SiteStatus>;
  /** curl that trusts the site's authority and nobody else. */
  curl(words: readonly string[], options?: ExecOptions): Promise<ExecResult>;
};

/** What `status --json` promises. */
export type SiteStatus = {
  readonly services: readonly {
    readonly name: string;
    readonly state: "healthy" | "starting" | "unhealthy" | "stopped";
    readonly urls: readonly string[];
    readonly parts: readonly {
      readonly name: string;
      readonly state: string;
      readonly restarts: number;
      readonly since?: number;
    }[];
  }[];
};

/** Every service of the example site. */
export const sixServices = ["blog", "calendar", "chat", "git", "mail", "tasks"] as const;

/** The example site of the checkout, with only these of its services (default: the light ones), and people made up for the test. */
export async function createHome(services: readonly string[] = ["blog", "calendar", "git"]): Promise<TestSite> {
  const names = ["home", "nobody", ...sixServices].map((name) => `${name}.home.localhost`);
  const site = await createSite(["home.localhost", ...names]);
  await cp(join(checkout, "examples/home"), site.machine.site, { recursive: true, dereference: true });
  for (const file of await readdir(join(site.machine.site, "services"))) {
    if (!services.includes(file.replace(/\.yaml$/, ""))) await rm(join(site.machine.site, "services", file));
  }
  await site.write({ "people.yaml": peopleYaml([site.ada, site.ben]) });
  return site;
}

/** A site `lab` with the domain `lab.test`, the image `images/probe`, and these files. */
export async function createLab(files: SiteFiles): Promise<TestSite> {
  const names = ["echo", "alpha", "beta", "nobody"].map((name) => `${name}.lab.test`);
  const site = await createSite(["lab.test", ...names]);
  await cp(join(import.meta.dirname, "lab"), site.machine.site, { recursive: true });
  await site.write({ "site.yaml": "name: lab\ndomain: lab.test\n", ...files });
  return site;
}

async function createSite(names: readonly string[]): Promise<TestSite> {
  const machine = await createMachine({ names, imageStore: await imageStore() });
  const authority = join(machine.disk, "authority.pem");
  const devices = join(machine.disk, "devices");
  const up: TestSite["up"] = (words = [], options = {}) => machine.freehold(["up", "--yes", ...words], options);
  const must: TestSite["must"] = async (words) => {
    const { code, stdout, stderr } = await machine.freehold(words);
    if (code !== 0) throw new Error(`freehold ${words.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  };
  return {
    machine,
    authority,
    must,
    ada: await makePerson("ada", devices),
    ben: await makePerson("ben", devices),
    write: async (files) => {
      for (const [path, text] of Object.entries(files)) {
        const target = join(machine.site, path);
        await mkdir(dirname(target), { recursive: true });
        await (text === undefined ? rm(target) : writeFile(target, text));
      }
    },
    up,
    mustUp: async () => {
      await must(["up", "--yes"]);
      await writeFile(authority, await must(["trust", "--pem"]));
    },
    status: async () => {
      const { stdout } = await machine.freehold(["status", "--json"]);
      const status: SiteStatus = JSON.parse(stdout);
      return status;
    },
    curl: (words, options) => machine.exec(["curl", "-sS", "--cacert", authority, ...words], options),
  };
}
