import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exec } from "../../src/lib/exec.ts";
import { addressOf, runningContainer } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { addresses } from "../world/network.ts";
import { createLab, type TestSite } from "../world/site.ts";

const service =
  "build: images/probe\nport: 8080\nports: {other: {port: 9000}}\ncommand: [serve, 8080, 9000]\nstate: {data: /data}\n";
let lab: TestSite;

beforeAll(async () => {
  lab = await createLab({
    "services/alpha.yaml": `${service}reach: [beta:8080]\nlimits: {memory: 64M, cpu: 0.5, processes: 50}\n`,
    "services/beta.yaml": `${service}expose: private\n`,
    "services/gamma.yaml": `${service}reach: [internet]\n`,
  });
  await lab.mustUp();
  await lab.machine.start([
    process.execPath,
    "-e",
    "require('http').createServer((q, r) => r.end('mine')).listen(7777, '0.0.0.0')",
  ]);
});
afterAll(endMachines);

describe("a service", () => {
  test("reaches what its file says, on that port alone, and not the other way round", async () => {
    expect(await tries("alpha", await address("beta"), 8080)).toBe("open");
    expect(await tries("alpha", "beta", 8080)).toBe("open");
    expect(await tries("alpha", await address("beta"), 9000)).not.toBe("open");
    expect(await tries("beta", await address("alpha"), 8080)).not.toBe("open");
    expect(await tries("gamma", await address("alpha"), 8080)).not.toBe("open");
    expect(await tries("gamma", await address("beta"), 8080)).not.toBe("open");
  });

  test.each([
    ["its gateway, which is the machine", async () => (await address("alpha")).replace(/\d+$/, "1"), 7777],
    ["the machine's address in the home network", async () => addresses.machineAtHome, 7777],
    ["the machine's public address", async () => addresses.machine, 7777],
    ["the front door", async () => addresses.machine, 443],
    ["somebody in the home network", async () => addresses.neighbour, 80],
    ["somebody on the internet", async () => addresses.internet, 80],
  ])("is refused %s", async (_what, target, port) => {
    const answer = await tries("alpha", await target(), port);
    expect(answer).not.toBe("open");
    expect(answer).not.toContain("timed out");
  });

  test("that may reach the internet gets no nearer to home", async () => {
    expect(await tries("gamma", addresses.internet, 80)).toBe("open");
    expect(await tries("gamma", "example.org", 80)).toBe("open");
    expect(await tries("gamma", addresses.neighbour, 80)).not.toBe("open");
    expect(await tries("gamma", addresses.machineAtHome, 7777)).not.toBe("open");
    expect(await tries("gamma", addresses.machine, 7777)).not.toBe("open");
    expect(await tries("gamma", (await address("gamma")).replace(/\d+$/, "1"), 7777)).not.toBe("open");
  });

  test("is refused from the inside of its own network namespace too, whatever runs there", async () => {
    const { pid } = await runningContainer(lab.machine, "lab.alpha");
    const inside = (target: string): Promise<{ code: number }> =>
      exec(["nsenter", "-t", `${pid}`, "-n", "curl", "-s", "--max-time", "3", `http://${target}/`]);
    expect((await inside(`${await address("beta")}:8080`)).code).toBe(0);
    expect((await inside(`${await address("beta")}:9000`)).code).not.toBe(0);
    expect((await inside(`${await address("gamma")}:8080`)).code).not.toBe(0);
    expect((await inside(`${addresses.internet}:80`)).code).not.toBe(0);
  });

  test("has users, processes and files of its own", async () => {
    const alpha = await runningContainer(lab.machine, "lab.alpha");
    const beta = await runningContainer(lab.machine, "lab.beta");
    const firstUser = async (pid: number): Promise<number> =>
      Number((await readFile(`/proc/${pid}/uid_map`, "utf8")).trim().split(/\s+/)[1]);
    const [usersOfAlpha, usersOfBeta] = [await firstUser(alpha.pid), await firstUser(beta.pid)];
    expect(usersOfAlpha).toBeGreaterThan(65_536);
    expect(Math.abs(usersOfAlpha - usersOfBeta)).toBeGreaterThanOrEqual(65_536);
    const seen = await lab.machine.freehold(["exec", "alpha", "--", "sh", "-c", "ls /proc | grep -c '^[0-9]'"]);
    expect(Number(seen.stdout)).toBeLessThanOrEqual(5);
  });

  test("cannot read the state of another, were it to come to its directory", async () => {
    await lab.must(["exec", "beta", "--", "sh", "-c", "echo secret > /data/secret"]);
    const path = join(lab.machine.root, "sites/lab/state/beta/beta/data/secret");
    expect(await readFile(path, "utf8")).toBe("secret\n");
    const { pid } = await runningContainer(lab.machine, "lab.alpha");
    const user = `${Number((await readFile(`/proc/${pid}/uid_map`, "utf8")).trim().split(/\s+/)[1]) + 1000}`;
    const { code } = await exec(["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "cat", path]);
    expect(code).not.toBe(0);
  });

  test("has no capability, gains no privilege and cannot write to its root when its image bears that", async () => {
    const { pid } = await runningContainer(lab.machine, "lab.alpha");
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    expect(status).toMatch(/^CapEff:\t0000000000000000$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
  });

  test("has the limits of its file in the kernel's own books", async () => {
    const { pid } = await runningContainer(lab.machine, "lab.alpha");
    expect(await limitsOf(pid)).toEqual({ memory: 64 * 1024 * 1024, cpu: 0.5, processes: 50 });
  });

  test("is stopped by the kernel when it eats more memory than it has, and comes back", async () => {
    const { code } = await lab.machine.freehold(["exec", "alpha", "--", "probe", "eat", "300"]);
    expect(code).not.toBe(0);
    expect(await tries("alpha", "beta", 8080)).toBe("open");
  });

  test("cannot make more processes than it may", async () => {
    const { stdout } = await lab.machine.freehold(["exec", "alpha", "--", "probe", "fork", "400"]);
    expect(Number(/made (\d+)/.exec(stdout)?.[1])).toBeLessThan(50);
  });
});

describe("freehold prove", () => {
  test("finds every way as the files say", async () => {
    await lab.must(["prove"]);
  });

  test("finds the hole that somebody made by hand", async () => {
    const from = await address("alpha");
    const to = await address("gamma");
    // who watches would close it again while it is being looked for
    await lab.machine.exec(["pkill", "-KILL", "-f", "controller/main.ts --site-name lab"]);
    const tables = (await lab.machine.exec(["nft", "list", "tables"])).stdout;
    expect(tables).toContain("table inet freehold_lab");
    await lab.machine.exec([
      "nft",
      "insert",
      "rule",
      "inet",
      "freehold_lab",
      await forwardChain(),
      "ip",
      "saddr",
      from,
      "ip",
      "daddr",
      to,
      "accept",
    ]);
    const { code, stdout } = await lab.machine.freehold(["prove"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/alpha.*gamma|gamma.*alpha/s);
  });

  test("is closed again by the next up", async () => {
    await lab.mustUp();
    await lab.must(["prove"]);
  });
});

describe("a declared way", () => {
  test("is open as soon as it is applied, without a restart of either side, and closed as soon as it is gone", async () => {
    const before = await runningContainer(lab.machine, "lab.gamma");
    await lab.write({ "services/beta.yaml": `${service}expose: private\nreach: [gamma:9000]\n` });
    await lab.mustUp();
    expect(await tries("beta", await address("gamma"), 9000)).toBe("open");
    expect(await tries("beta", await address("gamma"), 8080)).not.toBe("open");
    expect(await runningContainer(lab.machine, "lab.gamma")).toEqual(before);
    await lab.write({ "services/beta.yaml": `${service}expose: private\n` });
    await lab.mustUp();
    expect(await tries("beta", await address("gamma"), 9000)).not.toBe("open");
  });
});

/** What a program inside a service gets when it connects: `open`, or why not. */
async function tries(from: string, host: string, port: number): Promise<string> {
  const { stdout } = await lab.machine.freehold(["exec", from, "--", "probe", "connect", host, `${port}`]);
  return stdout.trim();
}

/** The address of a service's container, read from its network namespace. */
async function address(name: string): Promise<string> {
  return addressOf(await runningContainer(lab.machine, `lab.${name}`));
}

/** The name of the base chain of freehold's table that forwarded packets pass. */
async function forwardChain(): Promise<string> {
  const { stdout } = await lab.machine.exec(["nft", "list", "table", "inet", "freehold_lab"]);
  return /chain (\S+) \{\s*type filter hook forward/.exec(stdout)?.[1] ?? "";
}

/** The limits of a process as its control groups have them, version 1 or 2. */
async function limitsOf(pid: number): Promise<{ memory: number; cpu: number; processes: number }> {
  const lines = (await readFile(`/proc/${pid}/cgroup`, "utf8")).trim().split("\n");
  const pathOf = (controller: string): string | undefined =>
    lines.find((line) => line.split(":")[1]?.split(",").includes(controller))?.split(":")[2];
  const unified = lines.find((line) => line.startsWith("0::"))?.slice(3) ?? "";
  const read = async (path: string): Promise<string> => (await readFile(path, "utf8")).trim();
  if ((await readdir("/sys/fs/cgroup")).includes("memory")) {
    const quota = Number(await read(`/sys/fs/cgroup/cpu${pathOf("cpu")}/cpu.cfs_quota_us`));
    const period = Number(await read(`/sys/fs/cgroup/cpu${pathOf("cpu")}/cpu.cfs_period_us`));
    return {
      memory: Number(await read(`/sys/fs/cgroup/memory${pathOf("memory")}/memory.limit_in_bytes`)),
      cpu: quota / period,
      processes: Number(await read(`/sys/fs/cgroup/pids${pathOf("pids")}/pids.max`)),
    };
  }
  const [quota = 0, period = 1] = (await read(`/sys/fs/cgroup${unified}/cpu.max`)).split(" ").map(Number);
  return {
    memory: Number(await read(`/sys/fs/cgroup${unified}/memory.max`)),
    cpu: quota / period,
    processes: Number(await read(`/sys/fs/cgroup${unified}/pids.max`)),
  };
}
