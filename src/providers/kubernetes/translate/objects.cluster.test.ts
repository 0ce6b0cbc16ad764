import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Case, compileCase, readCases, treeIn } from "../../../../test/golden/case.ts";
import { type Translated, translated } from "../../../../test/kubernetes/translated.ts";
import { compile } from "../../../features/compile.ts";
import { systemClock } from "../../../lib/clock.ts";
import { at } from "../../../lib/json.ts";
import { load } from "../../../site/load.ts";
import { accessFrom } from "../client/access-from.ts";
import type { KubeClient, KubeObject } from "../client/client.ts";
import { kubeClient } from "../client/kube-client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { managerOf } from "./manager-of.ts";
import { labels } from "./marks.ts";
import { namesOf } from "./names-of.ts";

const checkout = resolve(import.meta.dirname, "../../../..");
const site = `tb${process.pid}`;

let client: KubeClient;
let sites: readonly (readonly [string, readonly Translated[]])[];

beforeAll(async () => {
  client = kubeClient(await accessFrom(process.env), systemClock);
  const cases = await readCases("src/providers/kubernetes/cases");
  sites = [[site, await home()], ...(await Promise.all(cases.map((one, index) => golden(one, `${site}-${index}`))))];
  for (const [, all] of sites)
    for (const namespace of namespacesOf(all)) await client.apply(namespace, { force: true });
});

afterAll(async () => {
  for (const [, all] of sites) {
    for (const { metadata } of namespacesOf(all))
      await client.remove(objectKinds.namespace, undefined, metadata.name, { propagation: "Background" });
  }
  await client.close();
});

describe("sites with all that the catalogue has, and all that golden cases have", () => {
  test("consist of objects that the cluster takes, every field of them", async () => {
    const refused: string[] = [];
    for (const [name, all] of sites) {
      for (const { resource, objects } of all) {
        const names = namesOf(name, resource);
        for (const object of objects) {
          const found = names.find((one) => one.kind.kind === object.kind && one.name === object.metadata.name);
          const manager = managerOf(resource, { ...(found?.shared === true ? { shared: true } : {}) });
          await client.apply(object, { force: false, dryRun: true, manager }).catch((thrown: unknown) => {
            refused.push(`${object.kind} ${object.metadata.name} of ${resource.id}: ${said(thrown)}`);
          });
        }
      }
    }
    expect(refused).toEqual([]);
  });

  test("have pods that their namespaces let in, each at its level", async () => {
    const refused: string[] = [];
    for (const [, all] of sites) {
      for (const { resource, objects } of all) {
        const [workload] = objects;
        if (resource.kind !== "container" || workload === undefined) continue;
        await client.create(podOf(workload), { dryRun: true }).catch((thrown: unknown) => {
          refused.push(`${resource.id}: ${said(thrown)}`);
        });
      }
    }
    expect(refused).toEqual([]);
  });

  test("are restricted but for the part of mail that must be root for a moment", () => {
    const levels = namespacesOf(sites[0]?.[1] ?? []).map(({ metadata }) => [
      metadata.labels?.[labels.service],
      metadata.labels?.["pod-security.kubernetes.io/enforce"],
    ]);
    expect(Object.fromEntries(levels)).toEqual({
      blog: "restricted",
      calendar: "restricted",
      chat: "restricted",
      front: "restricted",
      git: "restricted",
      mail: "baseline",
      tasks: "restricted",
    });
  });

  test("a pod that wants more than its namespace's level is kept out, so that the level means something", async () => {
    const blog = sites[0]?.[1].find(({ resource }) => resource.id === "container/blog/blog");
    const [workload] = blog?.objects ?? [];
    if (workload === undefined) throw new Error("expected the blog");
    const pod = podOf(workload);
    const root = { ...Object(pod.spec), containers: [{ name: "root", image: "x" }] };
    await expect(client.create({ ...pod, spec: root }, { dryRun: true })).rejects.toThrow(/PodSecurity|restricted/);
  });
});

function namespacesOf(all: readonly Translated[]): readonly KubeObject[] {
  return all.flatMap(({ resource, objects }) => (resource.kind === "network" ? objects.slice(0, 1) : []));
}

/** What its controller would make of a workload. */
function podOf({ metadata, spec }: KubeObject): KubeObject {
  const template = at(spec, "template");
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: metadata.name, namespace: metadata.namespace ?? "", labels: {} },
    spec: { ...Object(at(template, "spec")), serviceAccountName: "default" },
  };
}

function said(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** A golden case under another name. */
async function golden(one: Case, name: string): Promise<readonly [string, readonly Translated[]]> {
  const named = { ...one, input: one.input.replace("name: home", `name: ${name}`) };
  const { resources } = await compileCase(named);
  return [name, await translated(name, resources, async (source) => treeIn(named, source))];
}

/** examples/home on a cluster. */
async function home(): Promise<readonly Translated[]> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-objects-"));
  try {
    await cp(join(checkout, "examples/home"), directory, { recursive: true });
    const file = join(directory, "site.yaml");
    const text = (await readFile(file, "utf8")).replace("name: home", `name: ${site}`);
    await writeFile(file, `${text}\nengine: {kubernetes: {context: lab}}\n`);
    const loaded = await load(directory, { images: join(checkout, "images") });
    expect(loaded.problems.filter(({ severity }) => severity === "error")).toEqual([]);
    if (loaded.site === undefined) throw new Error("examples/home did not load");
    return await translated(site, compile(loaded.site, {}));
  } finally {
    await rm(directory, { recursive: true });
  }
}
