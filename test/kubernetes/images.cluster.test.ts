import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/lib/clock.ts";
import { exec, execOrFail } from "../../src/lib/exec.ts";
import { accessFrom } from "../../src/providers/kubernetes/client/access-from.ts";
import type { KubeClient } from "../../src/providers/kubernetes/client/client.ts";
import { kubeClient } from "../../src/providers/kubernetes/client/kube-client.ts";
import { clusterImages } from "../../src/providers/kubernetes/images/images.ts";
import type { ImageFacts } from "../../src/providers/kubernetes/session.ts";
import type { Image } from "../../src/resource/kinds/image.ts";
import { loadImages } from "../world/cluster-images.ts";
import { unmountAbandoned } from "../world/mounts.ts";
import { createRegistry, type TestRegistry } from "../world/registry.ts";

let directory: string;
let client: KubeClient;
let registry: TestRegistry;
let image: Image;
let brought: ImageFacts;

beforeAll(async () => {
  await loadImages();
  directory = await mkdtemp(join(tmpdir(), "freehold-images-"));
  client = kubeClient(await accessFrom(process.env), systemClock);
  registry = await createRegistry();
  const context = join(directory, "context");
  await mkdir(context);
  await execOrFail(["cp", "/bin/busybox", context]);
  const lines = ["FROM scratch", "COPY busybox /bin/busybox", "USER 1000:1000", 'LABEL freehold.read-only="true"'];
  await writeFile(join(context, "Containerfile"), [...lines, `LABEL made="${Date.now()}"`].join("\n"));
  const digest = `${Date.now()}`;
  const reference = `localhost/freehold/test-image:${digest}`;
  image = {
    kind: "image",
    id: "image/one/one",
    service: "one",
    needs: [],
    reference,
    source: { from: "build", context, digest },
  };
});
afterAll(async () => {
  await registry?.end();
  await client?.close();
  await unmountAbandoned(directory);
  await rm(directory, { recursive: true, force: true });
});

/** What came of an image, and how many bytes went to the cluster for it. */
async function bring(
  wanted: Image,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ facts: ImageFacts; bytes: number; present: boolean }> {
  const roots = { root: join(directory, "root"), run: join(directory, "run") };
  const images = clusterImages({ client, roots, clock: systemClock, env });
  const before = client.requests.bytesOut;
  try {
    const facts = await images.bring(wanted, { report: () => {}, signal: AbortSignal.timeout(150_000) });
    return { facts, bytes: client.requests.bytesOut - before, present: await images.present(facts) };
  } finally {
    await images.close();
  }
}

describe("an image that is built", () => {
  test("goes to the cluster's own registry, from which a node runs it", async () => {
    const { facts, present, bytes } = await bring(image);
    brought = facts;
    expect(facts.reference).toMatch(/^localhost:\d+\/freehold\/test-image:\d+$/);
    expect(facts).toMatchObject({ user: "1000:1000", labels: { "freehold.read-only": "true" } });
    expect(present).toBe(true);
    expect(bytes).toBeGreaterThan(300_000);
    const words = ["--image", facts.reference, "--restart=Never", "--command"];
    await execOrFail(["kubectl", "run", "image-of-a-test", ...words, "--", "/bin/busybox", "echo", "it runs"]);
    try {
      const done = ["--for=jsonpath={.status.phase}=Succeeded", "pod/image-of-a-test", "--timeout=60s"];
      await execOrFail(["kubectl", "wait", ...done], { timeout: 70_000 });
      expect(await execOrFail(["kubectl", "logs", "image-of-a-test"])).toContain("it runs");
    } finally {
      await execOrFail(["kubectl", "delete", "pod", "image-of-a-test", "--wait=false"]);
    }
  });

  test("is not pushed again", async () => {
    const { facts, bytes } = await bring(image);
    expect(facts).toEqual(brought);
    expect(bytes).toBeLessThan(100_000);
  });

  test("can be asked for by nodes alone, each on its own loopback address", async () => {
    const path = 'jsonpath={.items[*].status.addresses[?(@.type=="InternalIP")].address}';
    const addresses = (await execOrFail(["kubectl", "get", "nodes", "-o", path])).split(" ");
    const port = brought.reference.split(/[:/]/)[1];
    for (const address of addresses)
      expect((await exec(["curl", "-s", "--max-time", "3", `http://${address}:${port}/v2/`])).code).not.toBe(0);
  });

  test("is looked for again once the registry has lost its volume", async () => {
    const roots = { root: join(directory, "root"), run: join(directory, "run") };
    const images = clusterImages({ client, roots, clock: systemClock, env: process.env });
    const labels = { ...brought.labels, "freehold.dev/registry": "another-volume" };
    expect(await images.present({ ...brought, labels })).toBe(false);
    await images.close();
  });
});

describe("an image of a registry", () => {
  test("is left where it is, and tells of itself where that registry can be asked from here", async () => {
    await registry.push("app:1", "one");
    const reference = `${registry.host}/app:1`;
    const { facts, bytes } = await bring({ ...image, reference, source: { from: "registry" } }, registry.env);
    expect(facts).toEqual({ reference, labels: {}, user: "" });
    expect(bytes).toBe(0);
  });

  test("is taken as it is where that cannot be", async () => {
    const reference = "localhost:1/app:1";
    const { facts } = await bring({ ...image, reference, source: { from: "registry" } });
    expect(facts).toEqual({ reference, labels: {}, user: "" });
  });
});
