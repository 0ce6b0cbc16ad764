import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bridgeName } from "../../src/providers/podman/nftables.ts";
import { podmanPlaces } from "../../src/providers/podman/places.ts";
import { addressOf, type RunningContainer, runningContainer } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { createLab, type TestSite } from "../world/site.ts";
import { eventually } from "../world/wait.ts";

const alpha = "build: images/probe\nport: 8080\nstate: {data: /data}\nexpose: [{host: echo.lab.test, to: public}]\n";
const page = "static: page\nexpose: [{host: alpha.lab.test, to: public}]\n";
const old = "build: images/probe\nport: 8080\nstate: {data: /data}\n";

/** Milliseconds within which everything is as it was; it takes two or three seconds where nothing else is at work. */
const soon = 30_000;

let lab: TestSite;

beforeAll(async () => {
  lab = await createLab({
    "site.yaml": "name: lab\ndomain: lab.test\ngrace: 5s\n",
    "services/alpha.yaml": alpha,
    "services/page.yaml": page,
    "services/old.yaml": old,
    "page/index.html": "<p>as it was</p>\n",
  });
  await lab.mustUp();
  await makeStrangers();
});
afterAll(endMachines);

describe("what somebody does to a site behind freehold's back is repaired within seconds:", () => {
  test("a killed container", async () => {
    const { pid } = await container();
    await repairs("kill", async () => process.kill(pid, "SIGKILL"), answers);
  });

  test("a container that was removed", async () => {
    await repairs("podman rm -f", () => roughly(["rm", "-f", "-t", "0", "lab.alpha"]), answers);
  });

  test("a network that was removed", async () => {
    await repairs("podman network rm -f", () => roughly(["network", "rm", "-f", "-t", "0", "lab.alpha"]), answers);
  });

  test("a bridge that was deleted, under a service that did not notice", async () => {
    const [, high = 0, low = 0] = (await addressOf(await container())).split(".").map(Number);
    const bridge = bridgeName("lab", (high - 224) * 256 + low);
    await repairs("ip link del", () => must(["ip", "link", "del", bridge]), answers);
  });

  test("a bridge that was deleted once more as soon as it was back", async () => {
    const [, high = 0, low = 0] = (await addressOf(await container())).split(".").map(Number);
    const bridge = bridgeName("lab", (high - 224) * 256 + low);
    const isThere = async () =>
      (await lab.machine.exec(["ip", "link", "show", bridge])).code === 0 ? true : undefined;
    const twice = async () => {
      await must(["ip", "link", "del", bridge]);
      await eventually("the bridge to be back", isThere, soon);
      await must(["ip", "link", "del", bridge]);
    };
    await repairs("ip link del, twice", twice, answers);
  });

  test("the front door's configuration, edited and removed", async () => {
    const path = await fileCalled("haproxy.cfg");
    const text = await readFile(path, "utf8");
    const isBack = async () => (await readFile(path, "utf8").catch(() => "")) === text;
    await repairs("edit", () => writeFile(path, `${text}# somebody was here\n`), isBack);
    await repairs("rm", () => rm(path), isBack);
  });

  test("a page that was defaced", async () => {
    const path = await fileCalled("index.html");
    const isBack = async () => (await curl("https://alpha.lab.test/")).includes("as it was");
    await repairs("defaced", () => writeFile(path, "<p>defaced</p>\n"), isBack);
  });

  test.each([
    ["a rule that lets everything through", ["insert", "rule", "inet", "freehold_lab", "forward", "accept"]],
    ["a table that was deleted", ["delete", "table", "inet", "freehold_lab"]],
    ["every rule of the machine that was deleted", ["flush", "ruleset"]],
  ])("%s", async (_, words) => {
    const before = await table();
    await repairs(
      `nft ${words[0]} ${words[1]}`,
      () => must(["nft", ...words]),
      async () => (await table()) === before,
    );
  });

  test("and then nothing is left to do", async () => {
    const isWhole = async () => (/nothing to change/.test(await lab.must(["plan"])) ? true : undefined);
    await eventually("an empty plan", isWhole, soon);
  });
});

describe("nobody is woken", () => {
  test("by what does not concern the site, nor again and again by what a person does", async () => {
    const passes = async (): Promise<number> => Number(await metric("freehold_passes_total"));
    await eventually("quiet", async () => {
      const before = await passes();
      await delay(2500);
      return (await passes()) === before ? true : undefined;
    });
    const before = await passes();
    await must(["nft", "add", "table", "inet", "stranger"]);
    await podman(["run", "--rm", "--network", "none", "--entrypoint", "true", await probe()]);
    await delay(2500);
    expect(await passes()).toBe(before);
    await lab.write({ "page/index.html": "<p>another page</p>\n" });
    await lab.mustUp();
    await delay(5000);
    expect((await passes()) - before).toBeLessThanOrEqual(2);
  });
});

describe("a service that left the site", () => {
  test("is gone at once, and its state when its grace is over; nothing of anybody else's ever", async () => {
    const state = join(lab.machine.root, "sites/lab/state");
    await must(["nft", "add", "table", "inet", "stranger"]);
    await writeFile(join(state, "old/old/data/kept"), "kept\n");
    await mkdir(join(state, "old/stranger/data"), { recursive: true });
    await lab.write({ "services/old.yaml": undefined });
    await lab.must(["up", "--yes"]);
    expect(await readFile(join(state, "old/old/data/kept"), "utf8")).toBe("kept\n");
    const status = (await lab.must(["status"])).replaceAll(/\s+/g, " ");
    expect(status).toMatch(/state of old \(old\/data\) is in nobody's use and is deleted on \d{4}-\d\d-\d\d/);
    await eventually("its state to go", async () =>
      (await readdir(join(state, "old/old")).catch(() => [])).length === 0 ? true : undefined,
    );
    expect(await readdir(join(state, "old"))).toEqual(["stranger"]);
    expect(await readdir(join(state, "alpha/alpha"))).toContain("data");
    const journal = join(lab.machine.root, "sites/lab/ledger/journal.jsonl");
    const words = '"state old/data deleted: its grace is over"';
    await eventually("the journal to say so", async () =>
      (await readFile(journal, "utf8")).includes(words) ? true : undefined,
    );
    await strangersAreWell();
  });
});

/** Does something, and expects that it was undone soon, by nobody's command. */
async function repairs(what: string, meddle: () => Promise<unknown>, isRight: () => Promise<boolean>): Promise<void> {
  await meddle();
  await eventually(`${what} to be repaired`, async () => ((await isRight()) ? true : undefined), soon);
}

function container(): Promise<RunningContainer> {
  return runningContainer(lab.machine, "lab.alpha");
}

async function answers(): Promise<boolean> {
  const words = ["-o", "/dev/null", "-w", "%{http_code}", "--max-time", "1", "https://echo.lab.test/"];
  return (await lab.curl(words)).stdout === "200";
}

async function curl(url: string): Promise<string> {
  return (await lab.curl(["--resolve", "start.lab.test:443:127.0.0.1", "--max-time", "2", url])).stdout;
}

async function metric(name: string): Promise<string | undefined> {
  const text = await curl("https://start.lab.test/metrics");
  return text
    .split("\n")
    .find((line) => line.startsWith(name))
    ?.split(" ")
    .at(-1);
}

async function must(words: readonly [string, ...string[]]): Promise<string> {
  const { code, stdout, stderr } = await lab.machine.exec(words);
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}

async function podman(words: readonly string[]): Promise<string> {
  const places = podmanPlaces({ root: lab.machine.root, run: "/run/freehold" });
  const env = [`CONTAINERS_CONF=${places.containersConf}`, `CONTAINERS_STORAGE_CONF=${places.storageConf}`];
  const global = ["--tmpdir", places.tmp, "--network-config-dir", places.networks];
  return must(["env", ...env, "PODMAN_IGNORE_CGROUPSV1_WARNING=1", "podman", ...global, ...words]);
}

/** The same; it may fail to take a container's memory away the first time, but the container is gone. */
async function roughly(words: readonly [string, ...string[]]): Promise<void> {
  await podman(words).catch(() => "");
}

async function table(): Promise<string> {
  return (await lab.machine.exec(["nft", "-s", "list", "table", "inet", "freehold_lab"])).stdout;
}

/** The file of this name in the versions that are current. */
async function fileCalled(name: string): Promise<string> {
  const files = join(lab.machine.root, "sites/lab/files");
  for (const entry of await readdir(files)) {
    const path = join(files, entry, "current", name);
    if (existsSync(path)) return path;
  }
  throw new Error(`expected a file ${name} in ${files}, got none`);
}

/** The image of the lab's service. */
async function probe(): Promise<string> {
  return (await podman(["ps", "--filter", "name=lab.alpha", "--format", "{{.Image}}"])).trim();
}

/** What others have in the same Podman. */
async function makeStrangers(): Promise<void> {
  await podman(["network", "create", "stranger"]);
  await podman(["run", "--detach", "--name", "stranger", "--network", "stranger", await probe(), "serve", "8080"]);
}

async function strangersAreWell(): Promise<void> {
  expect(await podman(["ps", "--format", "{{.Names}}"])).toContain("stranger");
  expect(await podman(["network", "ls", "--format", "{{.Name}}"])).toContain("stranger");
  expect(await must(["nft", "list", "tables"])).toContain("table inet stranger");
}
