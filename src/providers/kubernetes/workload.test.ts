import { describe, expect, test } from "vitest";
import type { KubeObject } from "./client/object.ts";
import { madeAnnotation, podsOf, runOf } from "./workload.ts";

const running = { running: { startedAt: "2026-11-21T10:00:00Z" } };
const ended = { terminated: { exitCode: 3 } };
const waiting = { waiting: { reason: "CrashLoopBackOff" } };

function workload(replicas = 1): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "blog", namespace: "home-blog", uid: "u" },
    spec: {
      replicas,
      selector: { matchLabels: { part: "blog" } },
      template: { metadata: { annotations: { [madeAnnotation]: "new" } } },
    },
  };
}

function pod(name: string, made: string, state: object, more: object = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "home-blog",
      labels: { part: "blog" },
      annotations: { [madeAnnotation]: made },
      ownerReferences: [],
    },
    status: { containerStatuses: [{ containerID: `containerd://${name}`, state, ...more }] },
  };
}

describe("what a workload is doing", () => {
  const run = (...pods: KubeObject[]) => runOf(workload(), podsOf(workload(), pods));

  test("it runs as long as a process of its present making does, under a number that is no process of this machine", () => {
    const now = run(pod("a", "new", running));
    expect(now).toMatchObject({ state: "running", startedAt: Date.UTC(2026, 10, 21, 10), containerId: "u/new" });
    expect(now.pid).toBeGreaterThan(4_194_304);
    expect(run(pod("b", "new", running)).pid).not.toBe(now.pid);
  });

  test("it is stopped when that ended, although an older one runs; and says how it ended", () => {
    expect(run(pod("a", "new", ended))).toMatchObject({ state: "stopped", pid: 0, exitCode: 3 });
    const crashed = pod("a", "new", waiting, { lastState: ended });
    expect(run(crashed, pod("b", "old", running))).toMatchObject({ state: "stopped", exitCode: 3 });
  });

  test("it runs while its pods wait for something, since nobody has to start it", () => {
    expect(run()).toMatchObject({ state: "running", pid: 0 });
    expect(run(pod("a", "new", { waiting: { reason: "ImagePullBackOff" } }))).toMatchObject({ state: "running" });
  });

  test("it is stopped when nobody wants it to run", () => {
    expect(runOf(workload(0), [])).toMatchObject({ state: "stopped", pid: 0 });
  });

  test("pods that leave, that nobody owns or of another part are not its own", () => {
    const leaving = { ...pod("a", "new", running) };
    const gone = { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: "2026-11-21T10:00:00Z" } };
    const other = { ...leaving, metadata: { ...leaving.metadata, labels: { part: "wiki" } } };
    const { ownerReferences: _owners, ...free } = leaving.metadata;
    expect(podsOf(workload(), [gone, other, { ...leaving, metadata: free }])).toEqual([]);
  });
});
