import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runningContainer, runningContainers } from "../world/containers.ts";
import { checkout, endMachines } from "../world/machine.ts";
import { createLab, type TestSite } from "../world/site.ts";
import { eventually } from "../world/wait.ts";

const freehold = join(checkout, "bin/freehold");
const service = "build: images/probe\nport: 8080\nexpose: public\ncertificate: {path: /run/tls}\n";
/** Debian's faketime: what a program asks about the time of day goes through it; what it asks about time that passed does not. */
const preload = {
  LD_PRELOAD: "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
  FAKETIME_DONT_FAKE_MONOTONIC: "1",
};
let lab: TestSite;

beforeAll(async () => {
  lab = await createLab({ "services/echo.yaml": service, "services/alpha.yaml": "build: images/probe\nport: 8080\n" });
  await setClock("+0");
  await lab.mustUp();
  await lab.machine.exec(["sh", "-c", "kill -KILL $(pgrep -f 'controller/main.ts --site-name lab')"]);
  const env = { ...preload, FAKETIME_TIMESTAMP_FILE: clockFile(), FAKETIME_CACHE_DURATION: "1" };
  await lab.machine.exec(["sh", "-c", `setsid -f ${freehold} supervise --site-name lab </dev/null >>${log()} 2>&1`], {
    env,
  });
  // its clock is only set once it has looked at the right one
  const watched = async () => (JSON.parse(await lab.must(["status", "--json"])).supervised === true ? true : undefined);
  await eventually("the supervisor to watch", watched, 60_000);
  await delay(3_000);
});
beforeEach(() => writeFile(log(), ""));
afterAll(endMachines);

const clockFile = (): string => join(lab.machine.disk, "clock");
const log = (): string => join(lab.machine.disk, "supervisor.log");

/** Sets the supervisor's clock, while it runs, to so much before or after the right time. */
function setClock(offset: string): Promise<void> {
  return writeFile(clockFile(), `${offset}\n`);
}

function said(text: string): Promise<true> {
  const look = async () => ((await readFile(log(), "utf8")).includes(text) ? true : undefined);
  return eventually(`the supervisor to say "${text}"`, look, 60_000);
}

/** The answer of a visitor who trusts the authority that the site had in the beginning. */
async function visit(offset = "+0"): Promise<string> {
  const env = { ...preload, FAKETIME: offset };
  const words = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", lab.authority] as const;
  const { stdout, stderr } = await lab.machine.exec([...words, "https://echo.lab.test/"], { env });
  return stdout === "200" ? stdout : stderr;
}

async function isWellAgain(): Promise<void> {
  await setClock("+0");
  await said("the clock was set");
  await eventually("a visitor to be served", async () => ((await visit()) === "200" ? true : undefined), 60_000);
  const services = async () => (await lab.status()).services.every(({ state }) => state === "healthy") || undefined;
  await eventually("all to be healthy", services);
  await lab.must(["plan"]);
}

async function comesBack(name: string): Promise<void> {
  const { pid } = await runningContainer(lab.machine, name);
  process.kill(pid, "SIGKILL");
  const other = async () => {
    const now = (await runningContainers(lab.machine)).get(name)?.pid;
    return now !== undefined && now !== pid ? true : undefined;
  };
  await eventually(`${name} to be started again`, other);
}

describe("a clock that is two years fast while the site runs", () => {
  test("gets certificates for then, and again right ones when it is right, from the same authority, without a restart", async () => {
    const before = await runningContainers(lab.machine);
    await setClock("+2y");
    await said("the clock was set forward");
    await eventually(
      "certificates of that time",
      async () => ((await visit("+2y")) === "200" ? true : undefined),
      60_000,
    );
    expect(await visit()).toMatch(/not yet valid/);
    await writeFile(log(), "");
    await isWellAgain();
    expect(await runningContainers(lab.machine)).toEqual(before);
  });
});

describe.each([
  ["ten years fast", "+10y", "AUTHORITY_EXPIRED", "the site's authority to be valid"],
  ["ten years slow", "-10y", "CLOCK_WRONG", "from this machine's clock"],
])("a clock that is %s", (_how, offset, code, words) => {
  test("costs no certificate and no service; who dies comes back; all is well when it is right", async () => {
    const before = await runningContainers(lab.machine);
    const authority = await readFile(lab.authority, "utf8");
    await setClock(offset);
    await said("the clock was set");
    await said(words);
    expect(await visit()).toBe("200");
    await comesBack("lab.alpha");
    await comesBack("lab.front.haproxy");
    await eventually("a visitor to be served", async () => ((await visit()) === "200" ? true : undefined));
    await writeFile(log(), "");
    await isWellAgain();
    expect(await lab.must(["trust", "--pem"])).toBe(authority);
    expect([...(await runningContainers(lab.machine)).keys()].sort()).toEqual([...before.keys()].sort());
  });

  test("is told of by up, which leaves everything as it is", async () => {
    const before = await runningContainers(lab.machine);
    const { code: exit, stdout } = await lab.up(["--json"], { env: { ...preload, FAKETIME: offset } });
    expect(exit).not.toBe(0);
    expect(stdout).toContain(code);
    expect(await visit()).toBe("200");
    expect(await runningContainers(lab.machine)).toEqual(before);
    await lab.mustUp();
  });
});
