import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningContainer, runningContainer } from "../world/containers.ts";
import { checkout, endMachines } from "../world/machine.ts";
import { peopleYaml, type TestPerson } from "../world/person.ts";
import { createHome, type TestSite } from "../world/site.ts";
import { type Device, makeDevice, type Taskwarrior, taskwarrior2, taskwarrior3 } from "../world/taskwarrior.ts";
import { eventually } from "../world/wait.ts";

const host = "tasks.home.localhost";
const clients = { ada: "8f2b1c9a-1111-4222-8333-444455556666", ben: "b6f2c1d4-5555-4666-8777-888899990000" };
let home: TestSite;
let program: Taskwarrior;

beforeAll(async () => {
  program = await taskwarrior3();
  home = await createHome([]);
  await copyFile(join(checkout, "catalog/tasks.yaml"), join(home.machine.site, "services/tasks.yaml"));
  await writeFile(join(home.machine.disk, "etc/hosts"), `127.0.0.1 localhost ${host}\n`);
  await home.mustUp();
});
afterAll(endMachines);

/** A device with Taskwarrior 3. */
function champion(name: string, person: Pick<TestPerson, "name" | "password">, client: string): Promise<Device> {
  const settings = {
    "sync.server.url": `https://${person.name}:${encodeURIComponent(person.password)}@${host}:8443/`,
    "sync.server.client_id": client,
    "sync.encryption_secret": "known to the devices alone",
  };
  return makeDevice({ machine: home.machine, name, program, settings, env: { SSL_CERT_FILE: home.authority } });
}

/** A device with Taskwarrior 2.6, set up with the lines that freehold gives. */
async function classic(name: string, lines: string): Promise<Device> {
  const own = join(home.machine.disk, "devices", `${name}.pem`);
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=own", "-keyout", own] as const;
  const { stdout } = await home.machine.exec(["openssl", ...request]);
  await writeFile(own, `${await readFile(own, "utf8")}${stdout}`);
  const given = lines.matchAll(/^(taskd\.(?:server|credentials))=(.*)$/gm);
  const settings = { "taskd.certificate": own, "taskd.key": own, "taskd.ca": home.authority, "taskd.trust": "strict" };
  return makeDevice({
    machine: home.machine,
    name,
    program: taskwarrior2,
    settings: { ...settings, ...Object.fromEntries([...given].map(([, key, value]) => [key, value])) },
  });
}

function credentials(name: string): Promise<string> {
  return home.must(["exec", "tasks/taskd", "--", "credentials", name]);
}

async function people(listed: readonly TestPerson[]): Promise<void> {
  await home.write({ "people.yaml": peopleYaml(listed) });
  await home.mustUp();
}

describe("Taskwarrior 3", () => {
  test("keeps two devices of one person the same, and another's apart", async () => {
    const phone = await champion("phone", home.ada, clients.ada);
    const laptop = await champion("laptop", home.ada, clients.ada);
    const bens = await champion("bens", home.ben, clients.ben);
    await phone.must(["add", "Buy tea for Grace"]);
    for (const each of [phone, laptop]) await each.must(["sync"]);
    await laptop.must(["add", "Write to Charles"]);
    for (const each of [laptop, phone, bens]) await each.must(["sync"]);
    expect(await phone.pending()).toEqual(["Buy tea for Grace", "Write to Charles"]);
    expect(await bens.pending()).toEqual([]);
  });

  test("is refused with a wrong password, and with another's client id", async () => {
    const wrong = await champion("wrong", { name: "ada", password: "wrong" }, clients.ada);
    expect((await wrong.task(["sync"])).stderr).toContain("401 Unauthorized");
    const thief = await champion("thief", home.ben, clients.ada);
    expect((await thief.task(["sync"])).stderr).toContain("403 Forbidden");
    expect(await thief.pending()).toEqual([]);
  });
});

describe("Taskwarrior 2", () => {
  test("keeps two devices of one person the same, by the lines that freehold gives", async () => {
    const lines = await credentials("ada");
    const phone = await classic("phone2", lines);
    const laptop = await classic("laptop2", lines);
    await phone.must(["add", "Buy tea for Grace"]);
    await phone.must(["sync", "init"]);
    await laptop.must(["sync"]);
    await laptop.must(["add", "Write to Charles"]);
    for (const each of [laptop, phone]) await each.must(["sync"]);
    expect(await phone.pending()).toEqual(["Buy tea for Grace", "Write to Charles"]);
  });

  test("is refused with another's key, and sees nothing", async () => {
    const [, key = ""] = /freehold\/ada\/(\S+)/.exec(await credentials("ada")) ?? [];
    const thief = await classic("thief2", (await credentials("ben")).replace(/ben\/\S+/, `ben/${key}`));
    expect((await thief.task(["sync"])).stderr).toContain("credentials are incorrect");
    expect(await thief.pending()).toEqual([]);
  });

  test("comes from its own address in the log, although the front door stands between", async () => {
    await eventually("the visit in the log", async () => {
      const log = await home.must(["logs", "tasks"]);
      return /127\.0\.0\.1 ada 20[01] /.test(log) ? true : undefined;
    });
  });
});

describe("somebody who leaves people.yaml", () => {
  test("is refused by both at once, without a restart, and has everything when they are back", async () => {
    const one = await champion("one", home.ada, clients.ada);
    const other = await classic("other", await credentials("ada"));
    for (const each of [one, other]) await each.must(["sync"]);
    const before = await containers();
    await people([home.ben]);
    expect((await one.task(["sync"])).stderr).toContain("401 Unauthorized");
    expect((await other.task(["sync"])).code).toBe(2);
    await people([home.ada, home.ben]);
    for (const each of [one, other]) {
      await each.must(["sync"]);
      expect(await each.pending()).toEqual(["Buy tea for Grace", "Write to Charles"]);
    }
    expect(await containers()).toEqual(before);
  });
});

describe("a server that is killed in the middle", () => {
  test("Taskwarrior 3: has every task whose sync succeeded", async () => {
    const device = await champion("steady", home.ben, clients.ben);
    const kept = await addThroughKills("champion", device);
    const later = await champion("later", home.ben, clients.ben);
    await syncs(later);
    expect(await later.pending()).toEqual(expect.arrayContaining(kept));
  });

  test("Taskwarrior 2: has every task whose sync succeeded", async () => {
    const lines = await credentials("ben");
    const device = await classic("steady2", lines);
    const kept = await addThroughKills("taskd", device);
    const later = await classic("later2", lines);
    await syncs(later);
    expect(await later.pending()).toEqual(expect.arrayContaining(kept));
  });

  test("and after a power cut, too", async () => {
    const lines = await credentials("ada");
    for (const device of [await champion("cut3", home.ada, clients.ada), await classic("cut2", lines)]) {
      await device.must(["sync"]);
      await device.must(["add", "Outlive this"]);
      await device.must(["sync"]);
    }
    await home.machine.cutPower();
    await home.machine.boot();
    await home.mustUp();
    for (const device of [await champion("lit3", home.ada, clients.ada), await classic("lit2", lines)]) {
      await syncs(device);
      expect(await device.pending()).toContain("Outlive this");
    }
  });
});

function containers(): Promise<RunningContainer[]> {
  return Promise.all(["champion", "taskd"].map((part) => runningContainer(home.machine, `home.tasks.${part}`)));
}

/** Adds tasks and syncs them while the server's process is killed, twice; the tasks that a good sync was told of. */
async function addThroughKills(part: string, device: Device): Promise<string[]> {
  const kept: string[] = [];
  for (const round of [1, 2]) {
    const { pid } = await runningContainer(home.machine, `home.tasks.${part}`);
    let killed = false;
    setTimeout(() => {
      killed = process.kill(pid, "SIGKILL");
    }, 300 * round);
    for (let index = 0; !killed; index += 1) {
      const name = `Task ${round}-${index}`;
      await device.must(["add", name]);
      if ((await device.task(["sync"])).code === 0) kept.push(name);
    }
    await syncs(device);
  }
  return kept.sort();
}

/** Syncs as soon as the server is there again. */
function syncs(device: Device): Promise<true> {
  return eventually("a sync", async () => ((await device.task(["sync"])).code === 0 ? true : undefined), 60_000);
}
