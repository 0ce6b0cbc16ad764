import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeKubeconfig } from "./trouble/kubeconfig.ts";
import { kubectl } from "./trouble/kubectl.ts";
import { type ClusterSite, createClusterSite } from "./trouble/site.ts";

const runs = "build: images/probe\nport: 8080\n";

let site: ClusterSite;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-access-"));
  site = await createClusterSite({ "services/alpha.yaml": runs, "services/beta.yaml": runs });
});

afterAll(async () => {
  await site.end();
  await rm(directory, { recursive: true });
});

describe("the way to a cluster", () => {
  test("a kubeconfig that is no YAML is named, and nothing is done", async () => {
    const broken = join(directory, "broken");
    await writeFile(broken, "clusters: [\n");
    const { code, stderr } = await site.freehold(["up", "--yes"], { KUBECONFIG: broken });
    expect(stderr).toMatch(/^error: /m);
    expect(stderr).toContain(broken);
    expect(code).toBe(1);
  });

  test("a context that is in no kubeconfig is named, with those that there are", async () => {
    await site.write({
      "site.yaml": `name: ${site.name}\ndomain: ${site.name}.test\nengine: {kubernetes: {context: nowhere}}\n`,
    });
    const { code, stderr } = await site.freehold(["up", "--yes"]);
    await site.writeEngine("");
    expect(stderr).toMatch(/no context\s+nowhere/);
    expect(stderr).toContain((await kubectl(["config", "current-context"])).trim());
    expect(code).toBe(1);
  });

  test("a server that nobody is at is named with its address, in less than half a minute", async () => {
    const away = join(directory, "away");
    await writeKubeconfig(away, { server: "https://127.0.0.1:9" });
    const began = Date.now();
    const { code, stderr } = await site.freehold(["up", "--yes"], { KUBECONFIG: away });
    expect(Date.now() - began).toBeLessThan(30_000);
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(/127\.0\.0\.1:9/);
    expect(code).toBe(1);
  });
});

describe("an account without rights", () => {
  const account = "trouble-nobody";
  let kubeconfig: string;

  beforeAll(async () => {
    const up = await site.up();
    expect(up, up.stderr).toMatchObject({ code: 0, problems: [] });
    await kubectl(["-n", site.namespace("front"), "create", "serviceaccount", account]);
    const token = await kubectl(["-n", site.namespace("front"), "create", "token", account]);
    kubeconfig = join(directory, "nobody");
    await writeKubeconfig(kubeconfig, { token: token.trim() });
  });

  afterAll(async () => {
    for (const kind of ["clusterrolebinding", "clusterrole"])
      await kubectl(["delete", kind, `${site.name}-reader`, "--ignore-not-found"]);
  });

  test("is told what it may not do, who it is, and which rule allows it", async () => {
    const { code, stderr } = await site.freehold(["up", "--yes"], { KUBECONFIG: kubeconfig });
    const said = stderr.replaceAll(/\s+/g, " ");
    expect(said).toContain(`system:serviceaccount:${site.namespace("front")}:${account} may not`);
    expect(said).toMatch(/hint: allow it in a (ClusterRole|Role)/);
    expect(code).toBe(1);
  });

  test("that may change one service changes that one; of the other its file is named, and it runs on", async () => {
    const subject = `--serviceaccount=${site.namespace("front")}:${account}`;
    const every = ["--verb=get,list,watch", "--resource=*.*", "--resource=*.apps"];
    await kubectl(["create", "clusterrole", `${site.name}-reader`, ...every]);
    await kubectl([
      "create",
      "clusterrolebinding",
      `${site.name}-reader`,
      `--clusterrole=${site.name}-reader`,
      subject,
    ]);
    for (const service of ["front", "alpha"])
      await kubectl([
        "-n",
        site.namespace(service),
        "create",
        "rolebinding",
        account,
        "--clusterrole=cluster-admin",
        subject,
      ]);
    const changed = `${runs}env: {GREETING: changed}\n`;
    await site.write({ "services/alpha.yaml": changed, "services/beta.yaml": changed });

    const { code, problems, stderr } = await site.up({ KUBECONFIG: kubeconfig });

    expect(problems, stderr).toMatchObject([{ code: "CLUSTER_REFUSED", file: "services/beta.yaml" }]);
    expect(await greeting("alpha")).toBe("changed");
    expect(await greeting("beta")).toBe("");
    expect(code).not.toBe(0);
  });
});

function greeting(service: string): Promise<string> {
  const path = "jsonpath={.spec.template.spec.containers[0].env[?(@.name=='GREETING')].value}";
  return kubectl(["-n", site.namespace(service), "get", "deployment", service, "-o", path]);
}
