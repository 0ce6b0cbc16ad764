import { X509Certificate } from "node:crypto";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningContainers } from "../world/containers.ts";
import { checkout, endMachines } from "../world/machine.ts";
import { createLab, type TestSite } from "../world/site.ts";
import { eventually } from "../world/wait.ts";

let lab: TestSite;

beforeAll(async () => {
  lab = await createLab({
    "services/echo.yaml": "build: images/probe\nport: 8080\nexpose: public\n",
    "services/alpha.yaml": "build: images/probe\nport: 8080\n",
  });
  await lab.mustUp();
});
afterAll(endMachines);

describe("in everyday use", () => {
  test("exec gives input, output and exit code of the command as they are", async () => {
    const { code, stdout, stderr } = await lab.machine.freehold(
      ["exec", "echo", "--", "sh", "-c", "cat; echo wrong >&2; exit 37"],
      { input: "in\n" },
    );
    expect({ code, stdout, stderr }).toEqual({ code: 37, stdout: "in\n", stderr: "wrong\n" });
  });

  test("logs tells what several services wrote, only what is asked for, and goes on as they write", async () => {
    await lab.curl(["https://echo.lab.test/first"]);
    await eventually("the request to be in the log", async () =>
      (await lab.must(["logs", "echo", "--grep", "/FIRST"])).includes("/first") ? true : undefined,
    );
    const all = await lab.must(["logs", "echo", "alpha", "--since", "10m"]);
    expect(all).toMatch(/alpha.*serving 8080/);
    expect(all).toMatch(/echo.*serving 8080/);
    expect(await lab.must(["logs", "alpha", "--grep", "/first"])).not.toContain("/first");

    const freehold = join(checkout, "bin/freehold");
    const follow = await lab.machine.start([freehold, "logs", "--follow", "echo"], { cwd: lab.machine.site });
    let seen = "";
    follow.process.stdout?.setEncoding("utf8").on("data", (text: string) => {
      seen += text;
    });
    await eventually("the log so far", async () => (seen.includes("/first") ? true : undefined));
    await eventually("a new line", async () => {
      await lab.curl(["https://echo.lab.test/second"]); // Podman may hold a line back until the next one is written
      return seen.includes("/second") ? true : undefined;
    });
    process.kill(follow.pid, "SIGINT");
    await eventually("the command to end", async () => (follow.process.exitCode === null ? undefined : true));
  });

  test("open prints where a service is found, and trust an authority that may speak for the site alone", async () => {
    expect((await lab.must(["open", "echo"])).trim()).toBe("https://echo.lab.test/");
    const authority = new X509Certificate(await readFile(lab.authority));
    expect(authority.ca).toBe(true);
    const words = ["openssl", "x509", "-in", lab.authority, "-noout", "-ext", "nameConstraints"] as const;
    expect((await lab.machine.exec(words)).stdout).toMatch(/Permitted:\s+DNS:lab\.test/);
  });

  test("doctor finds nothing wrong on a machine that runs a site", async () => {
    await lab.must(["doctor"]);
  });

  test("a site that moves to another directory keeps everything as it runs", async () => {
    const before = await runningContainers(lab.machine);
    const moved = join(lab.machine.disk, "moved");
    await rename(lab.machine.site, moved);
    const { code } = await lab.machine.freehold(["up", "--yes"], { cwd: moved });
    const after = await runningContainers(lab.machine);
    await rename(moved, lab.machine.site);
    expect(code).toBe(0);
    expect(after).toEqual(before);
  });

  test("a second site on the same machine sees nothing of the first", async () => {
    const before = await runningContainers(lab.machine);
    const second = join(lab.machine.disk, "second");
    await lab.machine.exec(["cp", "-r", lab.machine.site, second]);
    const site = "name: other\\ndomain: other.test\\nfront: {http: 8080, https: 8443}\\n";
    await lab.machine.exec(["sh", "-c", `printf '${site}' > site.yaml`], { cwd: second });
    const { code, stdout, stderr } = await lab.machine.freehold(["up", "--yes"], { cwd: second });
    expect(code, stdout + stderr).toBe(0);
    const all = await runningContainers(lab.machine);
    expect([...all].filter(([name]) => name.startsWith("lab."))).toEqual([...before]);
    expect([...all.keys()]).toContain("other.echo");
    await lab.must(["prove"]);
    expect((await lab.machine.freehold(["down", "--yes"], { cwd: second })).code).toBe(0);
    expect(await runningContainers(lab.machine)).toEqual(before);
  });
});
