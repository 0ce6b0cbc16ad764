import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HandMade, handMade } from "../../../test/kubernetes/hand-made.ts";
import type { Problem } from "../../lib/problem.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import { checkContainer } from "./check.ts";
import { whyNot } from "./why-not.ts";

describe("what stands in the way of a container on a cluster", () => {
  let world: HandMade;
  beforeAll(async () => {
    world = await handMade();
    await world.namespace();
  });
  afterAll(() => world.end());

  const part = (name: string): Container => ({ ...world.container, id: `container/alpha/${name}`, part: name });
  const found = async (container: Container, code: string): Promise<Problem> => {
    const until = Date.now() + 60_000;
    for (;;) {
      const problem = await whyNot(world.session, container);
      if (problem?.code === code) return problem;
      if (Date.now() > until) throw new Error(`expected ${code}, got ${JSON.stringify(problem)}`);
      await delay(300);
    }
  };
  const claim = (name: string, storageClassName: string) =>
    world.client.apply(
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name, namespace: namespaceOf(world.session.site, "alpha") },
        spec: { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage: "1Mi" } } },
      },
      { force: true },
    );

  test("is nothing when nothing does, and nothing is known of one that is not there", async () => {
    const container = part("fine");
    expect(await whyNot(world.session, container)).toBeUndefined();
    expect(await checkContainer(world.session, container)).toMatchObject({ healthy: false, stopped: true });
    await world.run(container);
    while (!(await checkContainer(world.session, container)).healthy) await delay(200);
    expect(await whyNot(world.session, container)).toBeUndefined();
  });

  test("is its image, with the file that names it, and nobody calls that stopped", async () => {
    const container = part("image");
    await world.run({ ...container, image: "localhost/none/none:0" });
    const problem = await found(container, "IMAGE_PULL_FAILED");
    expect(problem).toMatchObject({ kind: "waiting", place: { file: "services/alpha.yaml" } });
    expect(problem.message).toContain("localhost/none/none:0");
    const result = await checkContainer(world.session, container);
    expect(result).toMatchObject({ healthy: false, detail: problem.got });
    expect(result.stopped).toBeUndefined();
  });

  test("is a storage class that the cluster does not have", async () => {
    const container = part("class");
    await claim("lost", "no-such-class");
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "lost" } }];
    await world.run(container, { pod: { volumes } });
    const problem = await found(container, "STORAGE_CLASS_MISSING");
    expect(problem.message).toContain('"no-such-class"');
  });

  test("is a volume that is not there", async () => {
    const container = part("volume");
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "nothing" } }];
    await world.run(container, { pod: { volumes } });
    expect((await found(container, "VOLUME_UNBOUND")).message).toContain("nothing");
  });

  test("is that no node has so much", async () => {
    const container = part("large");
    const resources = { requests: { memory: "900Gi" }, limits: { memory: "900Gi" } };
    await world.run(container, { main: { resources } });
    expect((await found(container, "NO_NODE_FITS")).message).toMatch(/memory/i);
  });

  test("is what its namespace does not bear", async () => {
    const container = part("rights");
    await world.run(container, { main: { securityContext: { privileged: true } } });
    const problem = await found(container, "POD_REFUSED");
    expect(problem.message).toMatch(/PodSecurity/);
  });

  test("is a quota that is used up, for one with state, too", async () => {
    const namespace = namespaceOf(world.session.site, "alpha");
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "none", namespace } };
    await world.client.apply({ ...quota, spec: { hard: { pods: "0" } } }, { force: true });
    const container = part("quota");
    const keeps = { ...part("quotas"), mounts: [{ source: "volume/alpha/quotas/data", target: "/data", live: false }] };
    await world.run(container);
    await world.run(keeps);
    expect((await found(container, "POD_REFUSED")).message).toMatch(/exceeded quota/);
    expect((await found(keeps, "POD_REFUSED")).message).toMatch(/exceeded quota/);
    await world.client.apply({ ...quota, spec: { hard: { pods: "100" } } }, { force: true });
  });

  test("is that it used more memory than it may", async () => {
    const container = part("greedy");
    const command = ["node", "-e", "const a=[];for(;;)a.push(Buffer.alloc(1e7,1))"];
    await world.run({ ...container, command });
    expect((await found(container, "OUT_OF_MEMORY")).message).toContain("128 MiB");
  });

  test("is that it ended, with its code; then it has stopped", async () => {
    const container = part("ends");
    await world.run({ ...container, command: ["sh", "-c", "exit 3"] });
    expect((await found(container, "CONTAINER_ENDED")).message).toContain("ended with 3");
    const until = Date.now() + 30_000;
    while ((await checkContainer(world.session, container)).stopped !== true && Date.now() < until) await delay(100);
    expect(await checkContainer(world.session, container)).toMatchObject({ healthy: false });
  });

  test("is a node that does not know what it is to give it", async () => {
    const container = part("secret");
    const env = [{ name: "A", valueFrom: { secretKeyRef: { name: "nobody", key: "a" } } }];
    await world.run(container, { main: { env } });
    expect((await found(container, "POD_BROKEN")).message).toContain("nobody");
  });
});
