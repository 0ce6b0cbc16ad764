import { randomBytes } from "node:crypto";
import { afterAll } from "vitest";
import { systemClock } from "../../src/lib/clock.ts";
import { accessFrom } from "../../src/providers/kubernetes/client/access-from.ts";
import type { KubeClient, KubeObject, Metadata } from "../../src/providers/kubernetes/client/client.ts";
import { kubeClient } from "../../src/providers/kubernetes/client/kube-client.ts";
import { objectKinds } from "../../src/providers/kubernetes/client/object-kinds.ts";

/** A namespace that a file of tests has for itself, and a client that may do everything. */
export type OwnNamespace = {
  readonly name: string;
  readonly client: KubeClient;
  /** A ConfigMap in it, to be applied or created. */
  configMap(name: string, data?: Record<string, string>, metadata?: Partial<Metadata>): KubeObject;
  /** Another namespace, taken away at the end as well. */
  another(labels?: Record<string, string>): Promise<string>;
};

/** One on the cluster of KUBECONFIG, from before the first test of the file until after the last. */
export async function ownNamespace(): Promise<OwnNamespace> {
  const client = kubeClient(await accessFrom(process.env), systemClock);
  const names: string[] = [];
  const another = async (labels: Record<string, string> = {}): Promise<string> => {
    const name = `ta-${randomBytes(4).toString("hex")}`;
    names.push(name);
    await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
    return name;
  };
  const name = await another();
  afterAll(async () => {
    await Promise.all(
      names.map((one) => client.remove(objectKinds.namespace, undefined, one, { propagation: "Background" })),
    );
    await client.close();
  });
  return {
    name,
    client,
    another,
    configMap: (called, data = {}, metadata = {}) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: called, namespace: name, ...metadata },
      data,
    }),
  };
}

/** The problem that something fails with, as it would be shown; fails when it does not fail. */
export async function problemFrom(work: Promise<unknown>): Promise<unknown> {
  const done = await work.then(
    () => true,
    (thrown: unknown) => thrown,
  );
  if (done === true) throw new Error("expected a problem, got none");
  if (done instanceof Error && "problem" in done) return done.problem;
  throw done;
}
