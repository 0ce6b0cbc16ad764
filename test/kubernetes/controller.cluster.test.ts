import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exec } from "../../src/lib/exec.ts";
import { type ClusterSite, createClusterSite } from "../world/cluster.ts";
import { eventually } from "../world/wait.ts";

describe("the controller in a cluster", () => {
  let site: ClusterSite;
  const page = (words: string) => ({ "static/blog/index.html": `<h1>${words}</h1>\n` });

  async function git(...words: readonly string[]): Promise<string> {
    const { PATH, KUBECONFIG } = process.env;
    const env = { PATH, KUBECONFIG, HOME: site.machine.disk, GIT_CONFIG_NOSYSTEM: "1" };
    const { code, stdout, stderr } = await exec(["git", ...words], { cwd: site.directory, env, timeout: 150_000 });
    if (code !== 0) throw new Error(`git ${words.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
    return `${stdout}${stderr}`;
  }

  beforeAll(async () => {
    site = await createClusterSite(["blog"], page("from a directory"), "freehold's own");
    const context = (await site.kubectl(["config", "current-context"])).trim();
    const engine = `{kubernetes: {context: ${context}, node-lost-after: 2m}}`;
    await site.write({ "site.yaml": `name: ${site.name}\ndomain: example.org\nengine: ${engine}\n` });
    await git("init", "-q", "-b", "main", ".");
    await site.mustUp();
    const { code, stderr } = await site.freehold(["install"], { timeout: 420_000 });
    if (code !== 0) throw new Error(`freehold install ended with ${code}:\n${stderr}`);
  }, 600_000);

  afterAll(async () => {
    if (site === undefined) return;
    const kinds = "validatingadmissionpolicybindings,validatingadmissionpolicies,clusterrolebindings,clusterroles";
    await site.kubectl(["delete", kinds, "-l", `freehold.dev/site=${site.name}`]);
    await site.end();
  });

  test("takes a push, by rights in the site's own namespaces alone, and says what became of it", async () => {
    await site.write(page("from a push"));
    await git("add", "-A");
    await git("commit", "-q", "-m", "another page");
    const said = await git("push", site.name, "main");
    expect(said).toContain("1 change done.");
    await eventually("the page of the push", async () => {
      const { stdout } = await site.curl(["-m", "5", "https://blog.example.org/"]);
      return stdout.includes("from a push") || undefined;
    });
    const commit = (await git("rev-parse", "HEAD")).trim();
    const marked = await site.kubectl(["get", "configmaps", "-n", `${site.name}-blog`, "-o", "json"]);
    expect(marked).toContain(`"freehold.dev/commit": "${commit}"`);
  });

  test("tells whoever has a checkout what became of it", async () => {
    const { stdout } = await site.freehold(["history"]);
    expect(stdout).toMatch(/another page[\s\S]*blog/);
    const commit = (await git("rev-parse", "--short=7", "HEAD")).trim();
    expect((await site.freehold(["status"])).stdout).toContain(`${commit} by `);
  });

  test("puts right what somebody took away", async () => {
    const policy = ["networkpolicy", "default", "-n", `${site.name}-blog`];
    await site.kubectl(["delete", ...policy]);
    await eventually("the policy to be back", async () =>
      (await exec(["kubectl", "get", ...policy])).code === 0 ? true : undefined,
    );
  });

  test("is the only one who changes the site: who tries from a directory is told the way", async () => {
    const { code, stderr } = await site.freehold(["up", "--yes"]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(`git push ${site.name} main`) });
  });

  test("has a lookout beside it, which needs no state to begin, since site.yaml asks that lost nodes be declared", async () => {
    const place = ["-n", `${site.name}-front`];
    await eventually("the lookout to be there", async () =>
      (await exec(["kubectl", "get", "deployment/lookout", ...place])).code === 0 ? true : undefined,
    );
    await site.kubectl(["rollout", "status", ...place, "deployment/lookout", "--timeout=90s"]);
    const may = ["auth", "can-i", "patch", "nodes", `--as=system:serviceaccount:${site.name}-front:controller`];
    expect((await site.kubectl(may)).trim()).toBe("yes");
    expect((await site.freehold(["doctor", "--json"])).stdout).toContain("declares a node lost after 120 s of silence");
  });

  test("leaves status, logs and commands to everybody who may", async () => {
    expect((await site.status()).services).toMatchObject([{ name: "blog", state: "healthy" }]);
    expect((await site.freehold(["exec", "blog", "--", "true"])).code).toBe(0);
  });
});
