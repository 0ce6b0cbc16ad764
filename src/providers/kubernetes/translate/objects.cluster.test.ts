import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
import { namesOf } from "./names-of.ts";

const checkout = resolve(import.meta.dirname, "../../../..");
const site = `tb${process.pid}`;

let client: KubeClient;
let all: readonly Translated[];

beforeAll(async () => {
  client = kubeClient(await accessFrom(process.env), systemClock);
  all = await home();
  for (const { objects } of of("network")) {
    const [namespace] = objects;
    if (namespace !== undefined) await client.apply(namespace, { force: true });
  }
});

afterAll(async () => {
  for (const { objects } of of("network")) {
    const name = objects[0]?.metadata.name ?? "";
    await client.remove(objectKinds.namespace, undefined, name, { propagation: "Background" });
  }
  await client.close();
});

describe("a site with all that the catalogue has", () => {
  test("consists of objects that the cluster takes, every field of them", async () => {
    const refused: string[] = [];
    for (const { resource, objects } of all) {
      const names = namesOf(site, resource);
      for (const object of objects) {
        const shared = names.find(({ kind, name }) => kind.kind === object.kind && name === object.metadata.name);
        const manager = managerOf(resource, { ...(shared?.shared === true ? { shared: true } : {}) });
        await client.apply(object, { force: false, dryRun: true, manager }).catch((thrown: unknown) => {
          refused.push(`${object.kind} ${object.metadata.name} of ${resource.id}: ${said(thrown)}`);
        });
      }
    }
    expect(refused).toEqual([]);
  });

  test("has pods that its namespaces let in, each at its level", async () => {
    const refused: string[] = [];
    for (const { resource, objects } of of("container")) {
      const [workload] = objects;
      if (workload === undefined) continue;
      await client.create(podOf(workload), { dryRun: true }).catch((thrown: unknown) => {
        refused.push(`${resource.id}: ${said(thrown)}`);
      });
    }
    expect(refused).toEqual([]);
  });

  test("is restricted but for the part of mail that must be root for a moment", () => {
    const levels = of("network").map(({ objects, resource }) => [
      resource.service,
      objects[0]?.metadata.labels?.["pod-security.kubernetes.io/enforce"],
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
});

function of(kind: Translated["resource"]["kind"]): readonly Translated[] {
  return all.filter(({ resource }) => resource.kind === kind);
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

/** examples/home on a cluster, with a service that has secrets, state and links beside. */
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
