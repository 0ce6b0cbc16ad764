import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../world/wait.ts";
import { type Cuttable, cuttable } from "./trouble/cuttable.ts";
import { apiServer, writeKubeconfig } from "./trouble/kubeconfig.ts";
import { kubectl } from "./trouble/kubectl.ts";
import { type ClusterSite, createClusterSite } from "./trouble/site.ts";

const runs = "build: images/probe\nport: 8080\n";

let site: ClusterSite;
let way: Cuttable;
let directory: string;
let kubeconfig: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-away-"));
  kubeconfig = join(directory, "way");
  const { hostname, port } = await apiServer();
  way = await cuttable(hostname, Number(port === "" ? 443 : port));
  await writeKubeconfig(kubeconfig, { server: `https://127.0.0.1:${way.port}` });
  site = await createClusterSite({ "services/old.yaml": runs });
  expect(await site.up()).toMatchObject({ code: 0, problems: [] });
});

afterAll(async () => {
  await way?.close();
  await site?.end();
  await rm(directory, { recursive: true });
});

describe("an API server that goes away half-way through up", () => {
  test("ends it with a problem, and the next up completes it: nothing is held back, nothing made twice", async () => {
    const before = await uidOf("old");
    const greeting = randomBytes(3).toString("hex");
    const names = await addServices(3);
    await site.write({ "services/old.yaml": `${runs}env: {GREETING: "${greeting}"}\n` });

    const [up] = await Promise.all([site.up({ KUBECONFIG: kubeconfig }), firstOf(names).then(() => way.cut())]);
    way.mend();

    expect(up.code).not.toBe(0);
    // either what it asked was not answered, or the lease that it holds there could not be renewed in time
    expect(up.stderr.replaceAll(/\s+/g, " ")).toMatch(/answer from the cluster's API|the cluster answers/);
    expect(up.stderr.replaceAll(/\s+/g, " ")).toMatch(/completes what was begun|what was begun is completed/);

    const again = await site.up();
    expect(again, JSON.stringify(again)).toMatchObject({ code: 0, problems: [] });
    for (const name of names) expect(await readyOf(name)).toBe("1");
    expect(await greetingOf("old")).toBe(greeting);
    expect(await uidOf("old")).toBe(before);
    expect((await site.freehold(["plan"])).stdout).toMatch(/nothing to change/);
  });

  test("for a few seconds is waited for: nobody is told", async () => {
    const names = await addServices(1);
    const blink = firstOf(names).then(async () => {
      way.cut();
      await delay(3000);
      way.mend();
    });
    const [up] = await Promise.all([site.up({ KUBECONFIG: kubeconfig }), blink]);
    expect(up, JSON.stringify(up)).toMatchObject({ code: 0, problems: [] });
    for (const name of names) expect(await readyOf(name)).toBe("1");
  });
});

/** Adds services of names that were never there. */
async function addServices(count: number): Promise<readonly string[]> {
  const names = Array.from({ length: count }, () => `s${randomBytes(3).toString("hex")}`);
  await site.write(Object.fromEntries(names.map((name) => [`services/${name}.yaml`, runs])));
  return names;
}

/** Resolves when the first of some services is being made. */
function firstOf(services: readonly string[]): Promise<true> {
  return eventually(
    `one of ${services.join(", ")}`,
    async () => {
      const found = await kubectl(["get", "deployment", "-A", "-l", `freehold.dev/site=${site.name}`, "-o", "name"]);
      return services.some((name) => found.includes(`/${name}\n`)) ? true : undefined;
    },
    90_000,
  );
}

const uidOf = (service: string) => fieldOf(service, ".metadata.uid");
const readyOf = (service: string) => fieldOf(service, ".status.readyReplicas");
const greetingOf = (service: string) =>
  fieldOf(service, ".spec.template.spec.containers[0].env[?(@.name=='GREETING')].value");

function fieldOf(service: string, path: string): Promise<string> {
  return kubectl(["-n", site.namespace(service), "get", "deployment", service, "-o", `jsonpath={${path}}`]);
}
