import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningContainer } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { createHome, type TestSite } from "../world/site.ts";

const blog = "https://blog.home.localhost:8443";
let home: TestSite;

beforeAll(async () => {
  home = await createHome(["blog"]);
  await home.write({ "static/blog/.well-known/security.txt": "Contact: mailto:ada@home.localhost\n" });
  await home.mustUp();
});
afterAll(endMachines);

describe("the blog", () => {
  test("is served over HTTP/2 with a certificate that a stock client accepts", async () => {
    const { stdout } = await home.curl([
      "-o",
      "/dev/null",
      "-w",
      "%{http_code} %{http_version} %{ssl_verify_result}",
      blog,
    ]);
    expect(stdout).toBe("200 2 0");
  });

  test("is not accepted by a client that was not told to trust the authority", async () => {
    const { code, stderr } = await home.machine.exec(["curl", "-sS", blog]);
    expect({ code, stderr }).toEqual({ code: 60, stderr: expect.stringMatching(/certificate/) });
  });

  test("is served as it stands in the repository, to the bit", async () => {
    const { stdout } = await home.curl([`${blog}/`]);
    expect(stdout).toBe(await readFile(join(home.machine.site, "static/blog/index.html"), "utf8"));
  });

  test("has its .well-known, although other names with a dot are nobody's business", async () => {
    await home.write({ "static/blog/.secret": "x" });
    await home.mustUp();
    const known = await home.curl([`${blog}/.well-known/security.txt`]);
    expect(known.stdout).toBe("Contact: mailto:ada@home.localhost\n");
    const secret = await home.curl(["-o", "/dev/null", "-w", "%{http_code}", `${blog}/.secret`]);
    expect(secret.stdout).toBe("404");
  });

  test("sends who comes by HTTP to HTTPS, keeping path and query", async () => {
    const { stdout } = await home.curl([
      "-o",
      "/dev/null",
      "-w",
      "%{http_code} %{redirect_url}",
      "http://blog.home.localhost:8080/a?b=c",
    ]);
    expect(stdout).toMatch(/^30[1278] https:\/\/blog\.home\.localhost:8443\/a\?b=c$/);
  });

  test("refuses TLS older than 1.2", async () => {
    const old = await home.curl(["--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", blog]);
    expect(old.code).toBe(35);
  });

  test("is not what an unknown name gets: that is a page of the front door's own, with a valid certificate", async () => {
    const { stdout } = await home.curl(["-w", "\n%{http_code}", "https://nobody.home.localhost:8443/"]);
    expect(stdout).toMatch(/\n404$/);
    expect(stdout).toMatch(/<title>/);
    expect(stdout).not.toContain(await readFile(join(home.machine.site, "static/blog/index.html"), "utf8"));
  });

  test("shows a committed change after up, from the same container", async () => {
    const { machine } = home;
    const before = await runningContainer(machine, "home.blog");
    const git = ["git", "-c", "user.name=ada", "-c", "user.email=ada@home.localhost"] as const;
    if (!(await isRepository())) await machine.exec([...git, "init", "-q"], { cwd: machine.site });
    await home.write({ "static/blog/index.html": "<!doctype html><title>New</title><p>Written today\n" });
    await machine.exec([...git, "add", "."], { cwd: machine.site });
    await machine.exec([...git, "commit", "-qm", "A new page"], { cwd: machine.site });
    await home.mustUp();
    expect((await home.curl([blog])).stdout).toBe("<!doctype html><title>New</title><p>Written today\n");
    expect(await runningContainer(machine, "home.blog")).toEqual(before);
  });

  test("is the same to the bit after it was wiped and deployed again", async () => {
    const before = await digestOfAll();
    await home.must(["down", "--yes"]);
    await home.machine.exec(["rm", "-rf", join(home.machine.root, "sites/home/files")]);
    await home.mustUp();
    expect(await digestOfAll()).toBe(before);
  });
});

async function isRepository(): Promise<boolean> {
  return (await home.machine.exec(["git", "rev-parse", "--show-prefix"], { cwd: home.machine.site })).stdout === "\n";
}

/** Over status, type and content of every file of the site, fetched through the front door. */
async function digestOfAll(): Promise<string> {
  const list = await home.machine.exec(["find", ".", "-type", "f", "-not", "-path", "*/.secret"], {
    cwd: join(home.machine.site, "static/blog"),
  });
  const hash = createHash("sha256");
  for (const path of list.stdout.trim().split("\n").sort()) {
    const { stdout } = await home.curl(["-w", "\n%{http_code} %{content_type} %header{etag}", `${blog}/${path}`]);
    expect(stdout).toMatch(/\n200 /);
    hash.update(`${path}\n${stdout}`);
  }
  return hash.digest("hex");
}
