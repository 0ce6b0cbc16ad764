import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exec } from "../../src/lib/exec.ts";
import { yamlOf } from "../../src/providers/kubernetes/export/yaml.ts";
import { type ClusterSite, createClusterSite } from "../world/cluster.ts";
import { checkout } from "../world/machine.ts";

let site: ClusterSite;
/** What was exported, with its images under the names by which nodes have them. */
let overlay: string;
beforeAll(async () => {
  site = await createClusterSite(["blog", "calendar"], {
    "manifests/extra.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\ndata: {a: 'yes'}\n",
  });
  await site.must(["export", "kubernetes", "--with-secrets"]);
  overlay = await writeOverlay();
});
afterAll(() => site?.end());

/**
 * Images that are built here have to be brought to the nodes by whoever applies an export. Tests that ran before may have done so by the cluster's
 * own registry: a kubelet that pulled an image under one name gives it under no other.
 */
async function writeOverlay(): Promise<string> {
  const base = join(site.directory, "kubernetes");
  const wanted = new Set((await site.kubectl(["kustomize", base])).match(/localhost\/freehold\/[a-z-]+(?=:)/g));
  const names = (await site.kubectl(["get", "nodes", "-o", "jsonpath={.items[*].status.images[*].names}"])).split('"');
  const images = [...wanted].flatMap((name) => {
    const pulled = names.find(
      (each) => each.replace(/^localhost:\d+/, "localhost").startsWith(`${name}:`) && !each.startsWith(name),
    );
    return pulled === undefined ? [] : [{ name, newName: pulled.replace(/:[^:/]*$/, "") }];
  });
  const directory = join(site.machine.disk, "as-nodes-have-it");
  await mkdir(directory);
  const kustomization = { resources: [relative(directory, base)], images };
  await writeFile(join(directory, "kustomization.yaml"), JSON.stringify(kustomization));
  return directory;
}

/** Every workload with the number of times that somebody wanted it otherwise. */
function generations(): Promise<string> {
  const columns = "custom-columns=K:.kind,N:.metadata.name,G:.metadata.generation";
  return site.kubectl(["get", "deployments,statefulsets", "-A", "-l", `freehold.dev/site=${site.name}`, "-o", columns]);
}

describe("what was exported", () => {
  test("runs and answers without freehold", async () => {
    await site.kubectl(["apply", "-k", overlay]);
    for (const [service, workload] of Object.entries({
      front: "deployment/haproxy",
      blog: "deployment/blog",
      calendar: "statefulset/calendar",
    }))
      await site.kubectl(["rollout", "status", workload, "-n", `${site.name}-${service}`, "--timeout=110s"]);
    const of = ["get", "service", "haproxy", "-n", `${site.name}-front`, "-o", "jsonpath={.spec.clusterIP}"];
    const address = await site.kubectl(of);
    const authority = join(site.machine.disk, "root/sites", site.name, "authority/authority.pem");
    const asked = ["curl", "-sS", "-m", "20", "--retry", "10", "--retry-all-errors", "--retry-max-time", "60"] as const;
    for (const host of ["blog.example.org", "calendar.example.org"]) {
      const where = ["--cacert", authority, "--resolve", `${host}:443:${address}`, "-o", "/dev/null"];
      const { stdout, stderr } = await exec([...asked, ...where, "-w", "%{http_code}", `https://${host}/`]);
      expect(stderr).toBe("");
      expect(stdout, host).toMatch(/^(200|302)$/);
    }
  });

  test("is what the cluster has: applying it again changes nothing", async () => {
    const before = await generations();
    const said = await site.kubectl(["apply", "-k", overlay]);
    expect(await generations()).toBe(before);
    // kubectl sends the selector of every budget again, whatever it is
    const changed = said.split("\n").filter((line) => line !== "" && !/unchanged$|^poddisruptionbudget/.test(line));
    expect(changed).toEqual([]);
  });
});

test("the example comes out as something that kubectl reads", async () => {
  const copy = join(site.machine.disk, "example");
  await cp(join(checkout, "examples/home"), copy, { recursive: true });
  await site.must(["export", "kubernetes", "--site", copy]);
  const written = await site.kubectl(["kustomize", join(copy, "kubernetes")]);
  expect(written.match(/^kind: Namespace$/gm)).toHaveLength(7);
  await rm(copy, { recursive: true });
});

test("whatever text a file has, kubectl reads it as it was", async () => {
  const unit = fc.constantFrom(
    "a",
    "yes",
    "0",
    ":",
    " ",
    "\n",
    "\t",
    "#",
    "-",
    "{",
    "|",
    ">",
    "'",
    '"',
    "\\",
    "\u2028",
    "\u0085",
    "\r",
    "é",
  );
  const data = Object.fromEntries(
    fc.sample(fc.string({ unit, maxLength: 9 }), 500).map((text, index) => [`k${index}`, text]),
  );
  const file = join(site.machine.disk, "texts.yaml");
  await writeFile(file, yamlOf({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "texts" }, data }));
  const read: unknown = JSON.parse(await site.kubectl(["create", "--dry-run=client", "-o", "json", "-f", file]));
  expect(read).toMatchObject({ data });
});
