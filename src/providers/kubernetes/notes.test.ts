import { describe, expect, test } from "vitest";
import { compile } from "../../features/compile.ts";
import { sampleExposure, samplePart, sampleService, sampleSite } from "../../features/sample-site.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { KubeObject } from "./client/object.ts";
import { mustStay } from "./failed.ts";
import { notesStillServing } from "./notes.ts";
import { loadedAnnotation } from "./reload.ts";
import { withTemplateNotes } from "./template.ts";
import { objectsOf } from "./translate/objects-of.ts";
import { madeAnnotation } from "./workload.ts";

const engine = { kubernetes: { context: "home", door: "balancer" } } as const;

/** A version of a service that starts first, and what the cluster is told of it. */
function version(name: string, made: string): { readonly container: Container; readonly object: KubeObject } {
  const parts = [samplePart("blog", { env: { VERSION: name } })];
  const site = sampleSite([sampleService("blog", { parts, expose: [sampleExposure("blog.example.org", "blog")] })], {
    engine,
  });
  const container = compile(site, {}).find(({ id }) => id === "container/blog/blog");
  if (container?.kind !== "container") throw new Error("expected a container");
  const [main] = objectsOf(container, { site: "home", facts: () => undefined, shapes: new Map() });
  if (main === undefined) throw new Error("expected an object");
  return { container, object: withTemplateNotes(main, { [madeAnnotation]: made }) };
}

function podOf({ object }: ReturnType<typeof version>, ready: "True" | "False"): KubeObject {
  const { template } = Object(object.spec);
  const { metadata, spec } = template;
  const status = { conditions: [{ type: "Ready", status: ready }] };
  const given = { ...spec, nodeName: "one", schedulerName: "default-scheduler" };
  return { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name: "p" }, spec: given, status };
}

describe("while pods of the version before still serve", () => {
  const old = version("1", "old");
  const failed = version("2", "new");
  const standing = (...pods: readonly KubeObject[]) => ({ ...failed, pods });

  test("the failed one stays where it is, so that it takes none of them along", () => {
    expect(mustStay(standing(podOf(failed, "False"), podOf(old, "True")))).toBe(true);
    expect(mustStay(standing(podOf(failed, "False")))).toBe(false);
  });

  test("not of one that must not run twice: that went before the new one came", () => {
    const { cluster } = failed.container;
    if (cluster === undefined) throw new Error("expected a container of a cluster");
    const alone = { ...failed.container, cluster: { ...cluster, startFirst: false } };
    const found = { ...standing(podOf(old, "True")), container: alone };
    expect(mustStay(found)).toBe(false);
    expect(notesStillServing(found, alone, old.object)).toBeUndefined();
  });

  test("that version is put back as they were made, and they simply stay; any other makes new ones", () => {
    const found = standing(podOf(failed, "False"), podOf(old, "True"));
    const { object } = version("1", "");
    expect(notesStillServing(found, old.container, object)).toEqual({ [madeAnnotation]: "old" });
    const live = { [loadedAnnotation]: "files" };
    const seeing = withTemplateNotes(old.object, live);
    const foundSeeing = standing(podOf({ ...old, object: seeing }, "True"));
    expect(notesStillServing(foundSeeing, old.container, object)).toEqual({ [madeAnnotation]: "old", ...live });
    expect(notesStillServing(found, failed.container, version("3", "").object)).toBeUndefined();
    expect(notesStillServing(standing(podOf(old, "False")), old.container, object)).toBeUndefined();
  });
});
