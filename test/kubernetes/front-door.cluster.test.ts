import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execOrFail } from "../../src/lib/exec.ts";
import { type ClusterSite, createClusterSite } from "../world/cluster.ts";
import { startCrowd } from "../world/crowd.ts";

let site: ClusterSite;

/** A service in some version, three times over. */
function version(greeting: string): string {
  return `build: images/probe\nport: 8080\nexpose: public\nreplicas: 3\nenv: {GREETING: ${greeting}}\nhealth: {path: /, every: 2s}\nlimits: {memory: 64M, cpu: 0.5}\n`;
}

beforeAll(async () => {
  site = await createClusterSite(["blog"], { "services/echo.yaml": version("one") });
  await site.mustUp();
});
afterAll(() => site?.end());

describe("the front door of a cluster", () => {
  test("shows a page by HTTPS, with a certificate for its name that the site's authority vouches for", async () => {
    const { stdout, stderr } = await site.curl(["-i", "https://blog.example.org/"]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^HTTP\/2 200[\s\S]*<!doctype html>/i);
  });

  test("leads from HTTP to HTTPS", async () => {
    const { stdout } = await site.curl(["-i", "http://blog.example.org/a?b=c"]);
    expect(stdout).toMatch(/^HTTP\/1\.1 308[\s\S]*location: https:\/\/blog\.example\.org\/a\?b=c\r/);
  });

  test("says that there is nobody under a name that no service has", async () => {
    const { stdout } = await site.curl(["-i", "-k", "https://nobody.example.org/"]);
    expect(stdout).toMatch(/^HTTP\/2 404[\s\S]*No service here has this name/);
  });

  test("hands on the visitor's true address, and believes no other", async () => {
    const route = await execOrFail(["ip", "-o", "route", "get", site.machine.door]);
    const own = /src (\S+)/.exec(route)?.[1];
    const lie = ["-H", "X-Forwarded-For: 6.6.6.6"];
    const { headers } = JSON.parse((await site.curl([...lie, "https://echo.example.org/"])).stdout);
    expect(headers).toMatchObject({ "x-forwarded-for": own, "x-forwarded-proto": "https", host: "echo.example.org" });
  });
});

describe("a service that runs three times", () => {
  test("is spread over the nodes", async () => {
    const printed = await site.kubectl([...pods("echo"), "-o", "jsonpath={.items[*].spec.nodeName}"]);
    const nodes = new Set(printed.split(" "));
    const there = (await site.kubectl(["get", "nodes", "-o", "name"])).trim().split("\n").length;
    expect(printed.split(" ")).toHaveLength(3);
    expect(nodes.size).toBe(Math.min(there, 3));
  });

  test("has the limits that its file gives, as its processes see them", async () => {
    const memory = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; true";
    expect((await site.must(["exec", "echo", "--", "sh", "-c", memory])).trim()).toBe(`${64 * 1024 * 1024}`);
  });

  test("loses none of 200 requests a second while another version takes over", async () => {
    const crowd = await startCrowd(site.machine, "echo.example.org");
    await site.write({ "services/echo.yaml": version("two") });
    await site.mustUp();
    const report = await crowd.end();
    expect(report.wrong).toEqual({});
    expect(Object.keys(report.greetings).sort()).toEqual(["one", "two"]);
  });

  test("loses none when another version never becomes healthy: that goes back by itself, and says why", async () => {
    const crowd = await startCrowd(site.machine, "echo.example.org");
    const never = version("three").replace("path: /,", "path: /, port: 9, within: 5s,");
    await site.write({ "services/echo.yaml": never });
    const { code, stdout, stderr } = await site.freehold(["up", "--yes"]);
    const report = await crowd.end();
    expect(code, stdout).toBe(1);
    expect(stdout + stderr).toContain("echo is held at its old version");
    expect(report.wrong).toEqual({});
    expect(Object.keys(report.greetings)).toEqual(["two"]);
    await site.write({ "services/echo.yaml": version("two") });
    await site.mustUp();
  });

  test("loses none while the front door takes up a service more", async () => {
    const crowd = await startCrowd(site.machine, "echo.example.org");
    await site.write({ "services/second.yaml": "build: images/probe\nport: 8080\nexpose: public\n" });
    await site.mustUp();
    const report = await crowd.end();
    expect(report.wrong).toEqual({});
  });

  test("leaves nothing to do", async () => {
    expect(await site.must(["plan"])).toContain("nothing to change");
  });
});

describe("what the files declare", () => {
  test("is what pods can reach, for every pair", async () => {
    const proof: Proof = JSON.parse(await site.must(["prove", "--json"]));
    expect(proof.absent).toEqual([]);
    expect(proof.differences).toEqual([]);
    expect(proof.cells.map(({ from, to }) => `${from} ${to}`)).toContain("blog echo");
  });
});

type Proof = {
  readonly cells: readonly { readonly from: string; readonly to: string }[];
  readonly differences: readonly unknown[];
  readonly absent: readonly string[];
};

function pods(part: string): readonly string[] {
  return ["get", "pods", "-n", `${site.name}-${part}`, "-l", `freehold.dev/part=${part}`];
}
