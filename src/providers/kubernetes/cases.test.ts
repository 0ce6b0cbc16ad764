import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { EndpointSlice } from "kubernetes-models/discovery.k8s.io/v1/EndpointSlice";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { PersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import { Secret } from "kubernetes-models/v1/Secret";
import { Service } from "kubernetes-models/v1/Service";
import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { compileCase, readCases, treeIn, writeCase } from "../../../test/golden/case.ts";
import { translated } from "../../../test/kubernetes/translated.ts";
import type { KubeObject } from "./client/object.ts";
import { annotations, labels } from "./translate/marks.ts";
import { namesOf } from "./translate/names-of.ts";
import { resourceOf } from "./translate/resource-of.ts";

/** An object as text, without what every one has: marks of the site, the resource itself, where it is written. */
function shown(id: string, { apiVersion: _version, kind, metadata, ...content }: KubeObject): string {
  const { name, namespace, labels: marks = {}, annotations: notes = {} } = metadata;
  const hidden = new Set<string>([...Object.values(labels), ...Object.values(annotations)]);
  const own = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).filter(([key]) => !hidden.has(key)));
  const further = { labels: own(marks), annotations: own(notes) };
  const rest = Object.fromEntries(Object.entries(further).filter(([, texts]) => Object.keys(texts).length > 0));
  const where = namespace === undefined ? name : `${namespace}/${name}`;
  const members = { ...rest, ...content };
  const text =
    Object.keys(members).length === 0 ? "" : stringify(members, { lineWidth: 0, aliasDuplicateObjects: false });
  return `=== ${id}: ${kind} ${where}\n${text}`;
}

/** What checks an object of each kind against Kubernetes' own description of it. */
const models: Readonly<Record<string, (object: KubeObject) => void>> = {
  ConfigMap: (object) => new ConfigMap(Object(object)).validate(),
  Deployment: (object) => new Deployment(Object(object)).validate(),
  EndpointSlice: (object) => new EndpointSlice(Object(object)).validate(),
  Namespace: (object) => new Namespace(Object(object)).validate(),
  NetworkPolicy: (object) => new NetworkPolicy(Object(object)).validate(),
  PersistentVolumeClaim: (object) => new PersistentVolumeClaim(Object(object)).validate(),
  PodDisruptionBudget: (object) => new PodDisruptionBudget(Object(object)).validate(),
  Secret: (object) => new Secret(Object(object)).validate(),
  Service: (object) => new Service(Object(object)).validate(),
  ServiceAccount: (object) => new ServiceAccount(Object(object)).validate(),
  StatefulSet: (object) => new StatefulSet(Object(object)).validate(),
};

const cases = await readCases("src/providers/kubernetes/cases");

describe("each golden case comes out as written (UPDATE_CASES=1 writes them anew: read the difference)", () => {
  test.each(cases)("$file", async (one) => {
    const { resources, problems } = await compileCase(one);
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    const interesting = resources.filter(({ service }) => service !== "front" || one.file.includes("front"));
    const all = await translated("home", interesting, async (source) => treeIn(one, source));
    const output = all
      .flatMap(({ resource, objects }) => objects.map((object) => shown(resource.id, object)))
      .join("\n");
    if (process.env.UPDATE_CASES === "1") await writeCase(one, output);
    else expect(output).toBe(one.output);
  });

  test.each(cases)(
    "$file consists of what Kubernetes describes, of which a name is told for each object",
    async (one) => {
      const { resources } = await compileCase(one);
      const all = await translated("home", resources, async (source) => treeIn(one, source));
      for (const { resource, objects } of all) {
        const names = namesOf("home", resource).map(({ kind, namespace, name }) => `${kind.kind} ${namespace}/${name}`);
        for (const object of objects) {
          const model = models[object.kind];
          if (model === undefined) throw new Error(`expected a model of ${object.kind}`);
          expect(() => model(object)).not.toThrow();
          expect(names).toContain(`${object.kind} ${object.metadata.namespace}/${object.metadata.name}`);
        }
        const [main, ...others] = objects;
        expect(main && resourceOf(main, others)).toEqual(resource);
      }
    },
  );

  test("and a wrong one is seen", () => {
    const wrong = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x" }, spec: { replicas: "two" } };
    expect(() => new Deployment(Object(wrong)).validate()).toThrow();
  });
});
