import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { runningContainer } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { createMail, type MailWorld } from "../world/mail.ts";
import { addresses } from "../world/network.ts";
import { eventually } from "../world/wait.ts";

const parts = ["smtp", "imap", "filter", "store"] as const;
let mail: MailWorld;

beforeAll(async () => {
  mail = await createMail();
});
afterEach(() => {
  for (const stop of senders.splice(0)) stop();
});
afterAll(endMachines);

/** Ends each sender of a test that failed. */
const senders: (() => void)[] = [];

/** A sender outside that goes on until everything was taken over; `taken` are the numbers so far. */
type Sender = { readonly taken: Set<string>; done(): Promise<void>; stop(): void };

function send(prefix: string, count: number): Sender {
  const script = join(import.meta.dirname, "../world/mail-sender.py");
  const words = [addresses.machine, "25", `${count}`, prefix, "ada@example.org"];
  const child = mail.machine.startOutside(["/usr/bin/python3", script, ...words]);
  const taken = new Set<string>();
  if (child.stdout === null) throw new Error("expected an output to read");
  createInterface(child.stdout).on("line", (line) => taken.add(`${prefix}-${line}-`));
  child.stderr?.resume();
  const exit = once(child, "close");
  senders.push(() => child.kill("SIGKILL"));
  return {
    taken,
    done: async () => {
      await exit;
      expect(taken.size).toBe(count);
    },
    stop: () => child.kill("SIGKILL"),
  };
}

/** The numbers of the messages that ada has, as often as she has them, read from the disk. */
async function held(prefix: string): Promise<readonly string[]> {
  // As the machine sees it, with what is mounted there.
  const maildir = join(`/proc/${mail.machine.pid()}/root`, stateOf("imap/mailboxes"), "ada/Maildir");
  const found: string[] = [];
  for (const box of ["new", "cur"]) {
    for (const name of await readdir(join(maildir, box)).catch(() => [])) {
      const [, number] = /^X-Number: (\S+)/m.exec(await readFile(join(maildir, box, name), "utf8")) ?? [];
      if (number?.startsWith(`${prefix}-`)) found.push(number);
    }
  }
  return found;
}

/** Waits until ada has all of them; resolves with how many she has twice. */
async function allArrive(prefix: string, taken: ReadonlySet<string>): Promise<number> {
  const there = await eventually(
    `all ${taken.size} messages`,
    async () => {
      const numbers = await held(prefix);
      const distinct = new Set(numbers);
      return [...taken].every((number) => distinct.has(number)) ? numbers : undefined;
    },
    150_000,
  );
  return there.length - new Set(there).size;
}

describe("what was taken over is delivered", () => {
  test.each(parts)("although the part %s is killed", async (part) => {
    const sender = send(`kill-${part}`, 60);
    await eventually("some messages", async () => (sender.taken.size > 5 ? true : undefined));
    process.kill((await runningContainer(mail.machine, `lab.mail.${part}`)).pid, "SIGKILL");
    await sender.done();
    await allArrive(`kill-${part}`, sender.taken);
  });

  test.each(parts)("once, although the part %s is replaced by another version", async (part) => {
    const before = await runningContainer(mail.machine, `lab.mail.${part}`);
    const sender = send(`new-${part}`, 80);
    await eventually("some messages", async () => (sender.taken.size > 5 ? true : undefined));
    await change(part);
    await mail.site.mustUp();
    expect((await runningContainer(mail.machine, `lab.mail.${part}`)).id).not.toBe(before.id);
    await sender.done();
    expect(await allArrive(`new-${part}`, sender.taken)).toBe(0);
  });
});

describe("a full disk", () => {
  test("of the mailboxes puts mail off and loses none", async () => {
    const disk = await smallDisk("imap/mailboxes", "3m");
    const sender = send("full", 40);
    await sender.done();
    await big();
    await eventually(
      "mail to be put off",
      async () => (/status=deferred/.test(await mail.log("smtp")) ? true : undefined),
      60_000,
    );
    expect(await mail.log("smtp")).not.toContain("status=bounced");
    await disk.grow("200m");
    await mail.arrived(mail.site.ada, "the large one");
    await allArrive("full", sender.taken);
    await disk.end();
  });

  test("of the queue refuses mail for now, and takes it again when there is room", async () => {
    const disk = await smallDisk("smtp/queue", "20m");
    const words = ["--from", "joe@elsewhere.example", "--to", "ada@example.org", "--quit-after", "RCPT"];
    expect((await mail.swaks(25, words)).stdout).toMatch(/<\*\* 452 4\.3\.1/);
    await disk.grow("200m");
    expect(await mail.swaks(25, words)).toMatchObject({ code: 0 });
    await disk.end();
  });
});

describe("a power cut", () => {
  test("loses nothing that was taken over (the last test: nothing outside is there any more)", async () => {
    const sender = send("power", 1000);
    await eventually("some messages", async () => (sender.taken.size > 20 ? true : undefined));
    await mail.machine.cutPower();
    sender.stop();
    await mail.machine.boot();
    await mail.site.mustUp();
    await allArrive("power", sender.taken);
  });
});

function stateOf(state: string): string {
  return join(mail.machine.root, "sites/lab/state/mail", state);
}

/** A message of some megabytes, more than the small disk takes. */
async function big(): Promise<void> {
  const file = join(mail.machine.disk, "large");
  await writeFile(file, "0123456789abcdef\n".repeat(240_000));
  const words = ["--from", "joe@elsewhere.example", "--to", "ada@example.org", "--h-Subject", "the large one"];
  const { code, stdout } = await mail.swaks(25, [
    ...words,
    "--header",
    "Message-Id: <large@elsewhere.example>",
    "--attach",
    `@${file}`,
  ]);
  if (code !== 0) throw new Error(stdout.slice(-500));
}

/** Puts a small disk where a part keeps its state; everything that was there is hidden until its end. */
async function smallDisk(
  state: string,
  size: string,
): Promise<{ grow(size: string): Promise<void>; end(): Promise<void> }> {
  const place = stateOf(state);
  const must = async (argv: readonly [string, ...string[]]): Promise<void> => {
    const { code, stderr } = await mail.machine.exec(argv);
    if (code !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
  };
  const { stdout: owner } = await mail.machine.exec(["stat", "-c", "%u", place]);
  await mail.site.must(["down", "--yes"]);
  await mkdir(place, { recursive: true });
  await must([
    "mount",
    "-t",
    "tmpfs",
    "-o",
    `size=${size},mode=700,uid=${owner.trim()},gid=${owner.trim()}`,
    "tmpfs",
    place,
  ]);
  await mail.site.mustUp();
  return {
    grow: (larger) => must(["mount", "-o", `remount,size=${larger}`, place]),
    end: async () => {
      await mail.site.must(["down", "--yes"]);
      await must(["umount", place]);
      await mail.site.mustUp();
    },
  };
}

let turn = 0;

/** Changes a part in the service file so that its container is made anew. */
async function change(part: string): Promise<void> {
  turn += 1;
  const file = join(mail.machine.site, "services/mail.yaml");
  const text = await readFile(file, "utf8");
  const image = `    image: freehold/mail-${part}`;
  const line = text.split("\n").find((each) => each.startsWith(image)) ?? "";
  await writeFile(file, text.replace(line, `${line}\n    env: {TURN: ${turn}}`));
  await delay(10);
}
