import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyFile } from "../../src/secrets/machine-identity.ts";
import { secretsFile } from "../secrets/sealed.ts";
import { type RunningContainer, runningContainer, runningContainers } from "../world/containers.ts";
import { checkout, endMachines } from "../world/machine.ts";
import type { MailWorld } from "../world/mail.ts";
import { quietNameServer } from "../world/name-server.ts";
import { containersOfSix, createSix } from "../world/six.ts";
import { clientsOfSix } from "../world/six-clients.ts";
import { type Client, startTraffic, type Traffic } from "../world/traffic.ts";
import { eventually } from "../world/wait.ts";

const freehold = join(checkout, "bin/freehold");
let mail: MailWorld;
let clients: readonly Client[];
let traffic: readonly Traffic[] = [];

beforeAll(async () => {
  mail = await createSix();
  await must(["mkfs.ext4", "-q", "-m", "0", disk(), "24M"]);
  const { uid, gid } = await stat(mailboxes());
  await mountMailboxes();
  await must(["chown", `${uid}:${gid}`, mailboxes()]);
  await kill("lab.mail.imap");
  clients = await clientsOfSix(mail.site);
  traffic = clients.map(startTraffic);
  await allGoOn();
});
afterAll(async () => {
  await Promise.all(traffic.map((one) => one.stop()));
  await endMachines();
});

const disk = (): string => join(mail.machine.disk, "small-disk");
const mailboxes = (): string => join(mail.machine.root, "sites/lab/state/mail/imap/mailboxes");

/** The mailboxes have a small disk of their own, as the machine's list of file systems says. */
async function mountMailboxes(): Promise<void> {
  await must(["mount", "-o", "loop", disk(), mailboxes()]);
}

/** The one that the site asks; it ended with the power. It knows the server outside, and no blocklist. */
async function startNameServer(): Promise<void> {
  const address = "198.51.100.53";
  await mail.machine.outside(["ip", "address", "add", `${address}/32`, "dev", "lo"]);
  const mx = ["--host-record=mx.elsewhere.example,198.51.100.7", "--host-record=elsewhere.example,198.51.100.8"];
  const spf = "--txt-record=elsewhere.example,v=spf1 ip4:198.51.100.7 -all";
  const child = mail.machine.startOutside(["dnsmasq", ...quietNameServer, `--listen-address=${address}`, ...mx, spf]);
  child.stdout?.resume();
  child.stderr?.resume();
}

/** Every client gets something through from now on. */
async function allGoOn(): Promise<void> {
  await Promise.all(traffic.map((one) => one.goesOn()));
}

/** The service has everything that it said it has. */
async function hasAll(client: Client): Promise<void> {
  const acknowledged = [...(traffic.find(({ name }) => name === client.name)?.acknowledged ?? [])];
  let missing: readonly string[] = acknowledged;
  const look = async (): Promise<true | undefined> => {
    const held = new Set(await client.held().catch(() => []));
    missing = acknowledged.filter((label) => !held.has(label));
    return missing.length === 0 ? true : undefined;
  };
  await eventually("everything", look, 60_000).catch((cause: unknown) => {
    throw new Error(`of ${acknowledged.length}, ${client.name} lost ${missing.join(" ")}`, { cause });
  });
}

async function otherProcess(was: RunningContainer): Promise<RunningContainer | undefined> {
  const now = (await runningContainers(mail.machine)).get(was.name);
  return now !== undefined && now.pid !== was.pid ? now : undefined;
}

async function kill(name: string): Promise<void> {
  const was = await runningContainer(mail.machine, name);
  process.kill(was.pid, "SIGKILL");
  await eventually(`${name} to be there again`, () => otherProcess(was), 60_000);
}

describe("a container that is killed while all are used", () => {
  test.each(containersOfSix)("%s comes back alone, and its clients go on", async (name) => {
    const before = await runningContainers(mail.machine);
    await kill(name);
    await allGoOn();
    const after = await runningContainers(mail.machine);
    const others = ([id]: readonly [string, RunningContainer]): boolean => id !== name;
    expect([...after].filter(others).sort()).toEqual([...before].filter(others).sort());
  });
});

describe("secrets.yaml", () => {
  const file = (): string => join(mail.machine.site, "secrets.yaml");
  const cut = (text: string): string => text.slice(0, text.indexOf("mail-dkim") + 200);
  const conflict = (text: string): string =>
    text.replace(/^(mail-dkim:.*)$/m, "<<<<<<< ours\n$1\n=======\n$1\n>>>>>>> theirs");
  const elsewhere = async (): Promise<string> => {
    const { recipient } = await keyFile(join(mail.machine.disk, "home/somebody.txt"));
    return secretsFile([recipient], { "mail-dkim": "another one" });
  };

  test.each([
    ["that was cut off", async (text: string) => cut(text), /secrets\.yaml:\d+/],
    ["with a merge conflict", async (text: string) => conflict(text), /secrets\.yaml:\d+/],
    ["for another key than this machine's", elsewhere, /expected a key that opens secrets\.yaml/],
  ])("%s is told of, and all that runs goes on", async (_how, spoil, words) => {
    const whole = await readFile(file(), "utf8");
    const before = await runningContainers(mail.machine);
    await writeFile(file(), await spoil(whole));
    const { code, stdout, stderr } = await mail.site.up();
    await writeFile(file(), whole);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(words);
    expect(await runningContainers(mail.machine)).toEqual(before);
    await mail.site.mustUp();
    expect(await runningContainers(mail.machine)).toEqual(before);
    await allGoOn();
  });
});

describe("a full disk", () => {
  test("of the mailboxes puts mail off until there is room, loses none, and hinders nobody else", async () => {
    const filler = join(mailboxes(), "filler");
    await mail.machine.exec(["dd", "if=/dev/zero", `of=${filler}`, "bs=64k"]);
    await mail.machine.exec(["dd", "if=/dev/zero", `of=${filler}`, "bs=1k", "oflag=append", "conv=notrunc"]);
    const putOff = async () => ((await mail.log("smtp")).includes("status=deferred") ? true : undefined);
    await eventually("mail to be put off", putOff, 60_000);
    await allGoOn();
    expect((await mail.site.must(["status"])).replaceAll(/\s+/g, " ")).toContain(
      "The disk with the state of mail is full, 0 B left",
    );
    expect(await mail.log("smtp")).not.toContain("status=bounced");
    await must(["rm", filler]);
    await allGoOn();
    await Promise.all(clients.filter(({ name }) => name === "mail").map(hasAll));
  });
});

describe("a power cut while all are used", () => {
  test("is overcome by the supervisor alone, secrets included", async () => {
    await mail.machine.cutPower();
    await mail.machine.boot();
    await mountMailboxes();
    await startNameServer();
    await must(["sh", "-c", `setsid -f ${freehold} supervise --site-name lab </dev/null >/dev/null 2>&1`]);
    const healthy = async () =>
      (await mail.site.status()).services.every(({ state }) => state === "healthy") || undefined;
    await eventually("all to be healthy", healthy, 90_000);
    await allGoOn();
    const letter = ["--tls", ...mail.as(mail.site.ada), "--to", "ben@example.org", "--body", "after the power cut"];
    expect(await mail.swaks(587, letter)).toMatchObject({ code: 0 });
    expect(await mail.arrived(mail.site.ben, "after the power cut")).toContain("DKIM-Signature: v=1;");
    await mail.site.must(["plan"]);
  });
});

test("after all of this, each service has everything that it said it has", async () => {
  await Promise.all(traffic.map((one) => one.stop()));
  await Promise.all(clients.map(hasAll));
});

async function must(argv: readonly [string, ...string[]]): Promise<string> {
  const { code, stdout, stderr } = await mail.machine.exec(argv);
  if (code !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
  return stdout;
}
