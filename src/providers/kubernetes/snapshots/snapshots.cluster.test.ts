import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HandMade, handMade } from "../../../../test/kubernetes/hand-made.ts";
import type { Container } from "../../../resource/kinds/container.ts";
import type { Volume } from "../../../resource/kinds/volume.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { Snapshots } from "../../snapshots.ts";
import { checkContainer } from "../check.ts";
import type { KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { execInside } from "../exec.ts";
import { stopContainer } from "../stop.ts";
import { annotations, marksOf } from "../translate/marks.ts";
import { claimName } from "../translate/names.ts";
import { forgetSnapshots } from "./forget.ts";
import { clusterSnapshots } from "./snapshots.ts";

const context = { report: () => {}, signal: new AbortController().signal };
const name = "20261121T100000Z-aaaaaaa";

describe.each(["restricted", "baseline"] as const)("state of a %s service on a cluster", (level) => {
  let world: HandMade;
  let snapshots: Snapshots;
  let container: Container;
  const volumes: readonly Volume[] = ["data", "more"].map((each) => ({
    kind: "volume",
    id: `volume/alpha/alpha/${each}`,
    service: "alpha",
    needs: [],
    part: "alpha",
    name: each,
  }));

  beforeAll(async () => {
    world = await handMade();
    snapshots = clusterSnapshots(() => world.session);
    const mounts = volumes.map((volume) => ({ source: volume.id, target: `/${volume.name}`, live: false }));
    container = { ...world.container, mounts };
    await world.namespace(level);
    for (const volume of volumes) await world.client.apply(claimOf(world.session.site, volume), { force: true });
    await run(1);
  });
  afterAll(() => world.end());

  const run = async (replicas: number): Promise<void> => {
    const named = volumes.map((volume) => ({
      name: volume.name,
      persistentVolumeClaim: { claimName: claimName(volume) },
    }));
    const volumeMounts = volumes.map((volume) => ({ name: volume.name, mountPath: `/${volume.name}` }));
    const root = level === "baseline" ? { securityContext: { runAsUser: 0 } } : {};
    const rights = {
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"], ...(level === "baseline" ? { add: ["CHOWN", "FOWNER", "DAC_OVERRIDE"] } : {}) },
      },
    };
    await world.run(container, { replicas, pod: { ...root, volumes: named }, main: { volumeMounts, ...rights } });
    while (replicas > 0 && !(await checkContainer(world.session, container)).healthy) {}
  };
  const sh = (script: string): Promise<number> => execInside(world.session, container.id, ["sh", "-c", script]);

  test("comes back as it was, with owners, modes and links, in all volumes, and what came later is gone", async () => {
    const owner = level === "baseline" ? "chown 1234:4321 /data/deep/secret && " : "";
    expect(
      await sh(
        `umask 022; mkdir /data/deep && echo one > /data/deep/secret && chmod 640 /data/deep/secret && ${owner} ln /data/deep/secret /data/deep/same && ln -s deep/secret /data/link && echo two > /more/note && touch -d 2001-02-03T04:05:06Z /more/note`,
      ),
    ).toBe(0);
    await expect(snapshots.take(world.session.site, "alpha", name, context)).rejects.toMatchObject({
      problem: { code: "STATE_IN_USE" },
    });
    const running = await snapshots.cost(world.session.site, "alpha");
    expect(running.bytes).toBeGreaterThan(0);
    await stopContainer(world.session, container.id, context);
    const taken = await snapshots.take(world.session.site, "alpha", name, context);
    expect(await snapshots.list(world.session.site)).toEqual([taken]);
    await run(1);
    expect(await sh("rm -r /data/deep && echo later > /data/later && echo three > /more/note")).toBe(0);
    await stopContainer(world.session, container.id, context);
    await snapshots.restore(world.session.site, "alpha", name, context);
    await run(1);
    const owned = level === "baseline" ? "1234:4321" : "1000:1000";
    expect(
      await sh(
        `test "$(stat -c %a:%u:%g:%h /data/deep/secret)" = 640:${owned}:2 && test "$(cat /data/link)" = one && test "$(cat /more/note)" = two && test "$(stat -c %Y /more/note)" = 981173106 && test "$(ls -A /data | tr '\\n' ' ')" = "deep link "`,
      ),
    ).toBe(0);
    await stopContainer(world.session, container.id, context);
  });

  test.skipIf(level === "baseline")(
    "a copy that was cut off is listed nowhere, and the next one is whole",
    async () => {
      const other = "20261121T110000Z-bbbbbbb";
      const signal = AbortSignal.timeout(900);
      await expect(snapshots.take(world.session.site, "alpha", other, { ...context, signal })).rejects.toThrow();
      expect((await snapshots.list(world.session.site)).map((each) => each.name)).toEqual([name]);
      await snapshots.take(world.session.site, "alpha", other, context);
      expect((await snapshots.list(world.session.site)).map((each) => each.name)).toEqual([other, name]);
      await snapshots.remove(world.session.site, "alpha", name);
      expect((await snapshots.list(world.session.site)).map((each) => each.name)).toEqual([other]);
      await snapshots.restore(world.session.site, "alpha", other, context);
    },
  );

  test("goes with its copies", async () => {
    const claims = async (): Promise<readonly string[]> =>
      (
        await Array.fromAsync(
          world.client.list(objectKinds.persistentVolumeClaim, { namespace: namespaceOf(world.session.site, "alpha") }),
        )
      ).map(({ metadata }) => metadata.name);
    expect((await claims()).length).toBe(4);
    for (const volume of volumes)
      await world.client.remove(
        objectKinds.persistentVolumeClaim,
        namespaceOf(world.session.site, "alpha"),
        claimName(volume),
        { propagation: "Background" },
      );
    await forgetSnapshots(world.session, "alpha", context.signal);
    expect(await snapshots.list(world.session.site)).toEqual([]);
    while ((await claims()).length > 0) {}
  });
});

function claimOf(site: string, volume: Volume): KubeObject {
  const marks = marksOf(site, volume);
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: claimName(volume),
      namespace: namespaceOf(site, volume.service),
      labels: marks.labels,
      annotations: { ...marks.annotations, [annotations.resource]: JSON.stringify(volume) },
    },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
}
