import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../world/wait.ts";
import { type Cuttable, cuttable } from "./trouble/cuttable.ts";
import { apiServer, writeKubeconfig } from "./trouble/kubeconfig.ts";
import { kubectl } from "./trouble/kubectl.ts";
import { type ClusterSite, createClusterSite } from "./trouble/site.ts";

const runs = "build: images/probe\nport: 8080\n";
const names = ["one", "two", "three"];

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
    await site.write({ "services/old.yaml": `${runs}env: {GREETING: changed}\n` });
    for (const name of names) await site.write({ [`services/${name}.yaml`]: runs });

    const [up] = await Promise.all([site.up({ KUBECONFIG: kubeconfig }), firstOf(names).then(() => way.cut())]);
    way.mend();

    expect(up.code).not.toBe(0);
    expect(up.stderr.replaceAll(/\s+/g, " ")).toMatch(/no answer|answer from the cluster's API/);
    expect(up.stderr).toContain("freehold up completes what was begun");

    const again = await site.up();
    expect(again, again.stderr).toMatchObject({ code: 0, problems: [] });
    for (const name of names) expect(await readyOf(name)).toBe("1");
    expect(await greetingOf("old")).toBe("changed");
    expect(await uidOf("old")).toBe(before);
    expect((await site.freehold(["plan"])).stdout).toMatch(/nothing to (do|change)/i);
  });

  test("for a few seconds is waited for: nobody is told", async () => {
    await site.write({ "services/four.yaml": runs });
    const blink = firstOf(["four"]).then(async () => {
      way.cut();
      await new Promise((resolve) => setTimeout(resolve, 3000));
      way.mend();
    });
    const [up] = await Promise.all([site.up({ KUBECONFIG: kubeconfig }), blink]);
    expect(up, up.stderr).toMatchObject({ code: 0, problems: [] });
    expect(await readyOf("four")).toBe("1");
  });
});

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
