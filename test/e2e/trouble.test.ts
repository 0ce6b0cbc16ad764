import { once } from "node:events";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { ExecResult } from "../../src/lib/exec.ts";
import { runningContainers } from "../world/containers.ts";
import { checkout, endMachines } from "../world/machine.ts";
import { createLab, type TestSite } from "../world/site.ts";
import { eventually } from "../world/wait.ts";

const good = { "services/alpha.yaml": "build: images/probe\nport: 8080\n" };
afterEach(endMachines);

describe("when a machine is not as it should be, up", () => {
  test("names the program that has the front door's port, and runs everything else", async () => {
    const lab = await createLab({ ...good, "services/echo.yaml": "build: images/probe\nport: 8080\nexpose: public\n" });
    const squatter = "require('http').createServer().listen(443, '0.0.0.0', () => console.log('ready'))";
    const { process: other } = await lab.machine.start([process.execPath, "-e", squatter]);
    await new Promise((resolve) => other.stdout?.once("data", resolve));
    const said = words(await lab.up());
    expect(said.text).toMatch(/port 443 .*\(pid \d+\)/);
    expect(said.code).toBe(3);
    expect(await names(lab)).toEqual(expect.arrayContaining(["lab.alpha", "lab.echo"]));
    const ended = once(other, "exit");
    await lab.machine.exec(["pkill", "-f", "createServer"]);
    await ended; // the way in ends with what it led to; ended first, it would leave an orphan behind
    await eventually("up to work once the port is free", async () => ((await lab.up()).code === 0 ? true : undefined));
  });

  test("works for whoever keeps all new files to himself", async () => {
    const lab = await createLab({ "services/echo.yaml": "build: images/probe\nport: 8080\nexpose: public\n" });
    const closed = 'umask 077 && exec "$0" up --yes';
    const { code } = await lab.machine.exec(["sh", "-c", closed, join(checkout, "bin/freehold")], {
      cwd: lab.machine.site,
    });
    expect(code).toBe(0);
  });

  test("says which image is missing and runs everything else", async () => {
    const lab = await createLab({ ...good, "services/beta.yaml": "image: registry.invalid/nothing:1\nport: 80\n" });
    const said = words(await lab.up());
    expect(said.text).toContain("registry.invalid/nothing:1");
    expect(said.code).toBe(3);
    expect(await names(lab)).toEqual(["lab.alpha"]);
    expect(await networkNamespaces(lab)).toBe(1);
  });

  test("says that a program cannot be run, with the reason, and runs everything else", async () => {
    const image = "docker.io/library/debian:trixie-slim";
    const lab = await createLab({ ...good, "services/beta.yaml": `image: ${image}\ncommand: [/no/such/program]\n` });
    const said = words(await lab.up());
    expect(said.text).toContain("/no/such/program");
    expect(said.code).toBe(3);
    expect(await names(lab)).toContain("lab.alpha");
  });

  test("says what to install when there is no Podman, and check still works", async () => {
    const lab = await createLab(good);
    await lab.machine.exec(["mount", "--bind", "/dev/null", "/usr/bin/podman"]);
    const said = words(await lab.up());
    expect(said.code).not.toBe(0);
    expect(said.text).toMatch(/podman[\s\S]*apt-get install podman/);
    expect(said.text).not.toMatch(/at .*\.ts:\d+/);
    expect((await lab.machine.freehold(["check"])).code).toBe(0);
    const doctor = words(await lab.machine.freehold(["doctor"]));
    expect(doctor.code).toBe(1);
    expect(doctor.text).toMatch(/podman/i);
  });

  test("survives the death of Podman's service half-way, and the next up completes", async () => {
    const lab = await createLab({ ...good, "services/beta.yaml": "build: images/probe\nport: 8080\n" });
    const first = lab.up();
    await eventually(
      "Podman's service",
      async () => {
        const { code } = await lab.machine.exec(["pkill", "-KILL", "-f", "system service"]);
        return code === 0 ? true : undefined;
      },
      10_000,
    );
    const said = words(await first);
    expect(said.text).not.toMatch(/at .*\.ts:\d+/);
    expect((await lab.up()).code).toBe(0);
    await lab.must(["plan"]);
  });

  test("waits for, or names, another up that is at work", async () => {
    const lab = await createLab({ ...good, "services/beta.yaml": "build: images/probe\nport: 8080\n" });
    const both = await Promise.all([lab.up(), lab.up()]);
    expect(both.map(({ code }) => code).every((code) => code === 0 || code === 11)).toBe(true);
    expect(both.some(({ code }) => code === 0)).toBe(true);
    await lab.must(["plan"]);
    expect(await names(lab)).toEqual(["lab.alpha", "lab.beta"]);
  });

  test("says that the disk is full, leaves nothing half-made, and completes once there is room", async () => {
    const lab = await createLab({ ...good, "services/echo.yaml": "build: images/probe\nport: 8080\nexpose: public\n" });
    await lab.machine.exec(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", lab.machine.root]);
    await lab.machine.exec(["sh", "-c", `head -c 8m /dev/zero > ${lab.machine.root}/ballast; true`]);
    const said = words(await lab.up());
    expect(said.code).not.toBe(0);
    expect(said.text).toMatch(/no space|full/i);
    expect(said.text).not.toMatch(/at .*\.ts:\d+/);
    await lab.machine.exec(["mount", "-o", "remount,size=1g", lab.machine.root]);
    await lab.machine.exec(["rm", `${lab.machine.root}/ballast`]);
    await lab.mustUp();
    await lab.must(["plan"]);
  });
});

function words({ code, stdout, stderr }: ExecResult): { code: number; text: string } {
  return { code, text: `${stdout}\n${stderr}` };
}

async function names(lab: TestSite): Promise<string[]> {
  return [...(await runningContainers(lab.machine)).keys()].filter((name) => !name.includes(".front.")).sort();
}

/** How many containers have a network of their own, whether they run or were only begun. */
async function networkNamespaces(lab: TestSite): Promise<number> {
  return Number((await lab.machine.exec(["sh", "-c", "ls /run/netns | wc -l"])).stdout);
}
