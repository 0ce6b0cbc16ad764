import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../src/lib/clock.ts";
import { exec, start } from "../src/lib/exec.ts";
import { openFile, openFileWith } from "../src/secrets/open.ts";
import { only, sampleIdentity } from "../src/secrets/sample.ts";
import { wholeFile } from "../src/secrets/seal.ts";

const freehold = resolve(import.meta.dirname, "../bin/freehold");

let directory = "";
let memory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-secrets-"));
  memory = await mkdtemp("/dev/shm/freehold-secrets-test-");
  for (const name of ["site", "home", "tmp"]) await mkdir(join(directory, name));
  await writeFile(join(directory, "site/site.yaml"), "name: home\ndomain: example.org\n");
  await writeFile(join(directory, "site/people.yaml"), "ada: {}\n");
});
afterEach(async () => {
  await rm(directory, { recursive: true });
  await rm(memory, { recursive: true });
});

const site = (): string => join(directory, "site");
const places = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: join(directory, "home"),
  TMPDIR: join(directory, "tmp"),
  EDITOR: join(directory, "editor"),
  FREEHOLD_ROOT: join(directory, "root"),
  FREEHOLD_RUN: memory,
});

async function run(words: readonly string[], input = "", env = places()): Promise<string> {
  const { stdout, stderr } = await exec([freehold, "secrets", ...words], { cwd: site(), env, input });
  return stdout + stderr;
}

/** Somebody's editor, and freehold at a terminal that is no person's. */
async function atTerminal(editor: string): Promise<ReturnType<typeof start>> {
  await writeFile(join(directory, "editor"), `#!/bin/sh\n${editor}\n`);
  await chmod(join(directory, "editor"), 0o755);
  const line = `${freehold} secrets edit`;
  return start(["script", "-qec", line, join(directory, "terminal")], { cwd: site(), env: places(), stdio: "ignore" });
}

const ended = (child: ReturnType<typeof start>): Promise<unknown> => new Promise((done) => child.on("close", done));

/** Every file below the directory that holds one of the texts, but for what a person's own program wrote. */
async function holding(texts: readonly string[]): Promise<string[]> {
  const words = texts.flatMap((text) => ["-e", text]);
  const { stdout } = await exec(["grep", "-rlaF", "--exclude=editor", ...words, directory, memory]);
  return stdout.split("\n").filter((path) => path !== "");
}

describe("freehold secrets as a program", { timeout: 60_000 }, () => {
  test("what is set, edited and rotated stands open nowhere on a disk, and in no message", async () => {
    const said = [
      await run(["set", "token"], "hunter2-open\n"),
      await run(["set", "token", "hunter2-open-again"]),
      await run(["set", "Wrong"], "hunter2-open\n"),
    ];
    await ended(await atTerminal(`echo 'key: hunter3-open' >> "$1"`));
    said.push(await readFile(join(directory, "terminal"), "utf8"));
    expect(said.at(-1)).toContain("new: key");
    said.push(
      await run([]),
      await run(["rotate"]),
      await run(["recipients"]),
      await run(["show", "nothing", "--debug"]),
    );
    await rm(join(directory, "root/keys/age.txt"));
    said.push(await run(["show", "token", "--debug", "--json"]));
    expect(said.at(-1)).toContain("SECRETS_LOCKED");
    expect(said.join("\n")).not.toMatch(/hunter[23]-open(?!-again)/);
    expect(await holding(["hunter2-open", "hunter3-open"])).toEqual([]);
  });

  test("who was taken away opens no later version, neither with their key nor with the data key that they could know", async () => {
    const leaver = await sampleIdentity();
    const file = async () => wholeFile(await readFile(join(site(), "secrets.yaml"), "utf8"));
    await run(["set", "token", "--generate"]);
    await run(["recipients", "add", leaver.recipient]);
    const known = await openFile(await file(), only(leaver));
    expect(known.values.has("token")).toBe(true);
    expect(await run(["recipients", "remove", leaver.recipient])).not.toContain(leaver.recipient);
    await run(["rotate", "token"]);
    const later = await file();
    await expect(openFile(later, only(leaver))).rejects.toMatchObject({ problem: { code: "SECRETS_LOCKED" } });
    expect(() => openFileWith(later, known.key)).toThrow(/SECRET_DAMAGED|expected the secret token as it was sealed/);
    expect(await run(["show", "token"])).not.toBe(known.values.get("token"));
  });

  test("an open or a broken file is not repeated in what is said of it", async () => {
    for (const text of [
      "token: hunter2-open\n",
      "token: [hunter2-open\n",
      "- hunter2-open\n",
      "token: {hunter2-open: 1}\n",
    ]) {
      await writeFile(join(site(), "secrets.yaml"), text);
      const said = await run(["show", "token", "--debug", "--json"]);
      expect(said).toContain("SECRET");
      expect(said).not.toContain("hunter2-open");
    }
  });

  test.each(["SIGTERM", "SIGHUP"] as const)(
    "%s while somebody edits leaves nothing open, and the file as it was",
    async (signal) => {
      await run(["set", "token"], "hunter2-open\n");
      const before = await readFile(join(site(), "secrets.yaml"), "utf8");
      const child = await atTerminal(
        `echo 'key: hunter3-open' >> "$1"; echo $PPID > ${join(directory, "pid")}; exec sleep 60`,
      );
      const end = ended(child);
      process.kill(await pidIn(join(directory, "pid")), signal);
      await end;
      expect(await readdir(memory)).toEqual([]);
      expect(await readFile(join(site(), "secrets.yaml"), "utf8")).toBe(before);
      expect(await holding(["hunter2-open", "hunter3-open"])).toEqual([]);
    },
  );

  test("a person who is not root gets a key of their own, and the machine's is added when it is known", async () => {
    const person = { ...places(), FREEHOLD_ROOT: "/sys/nowhere" };
    const made = await run(["set", "token"], "hunter2-open\n", person);
    expect(made).toContain(`you: ${join(directory, "home/.config/sops/age/keys.txt")}, made just now`);
    expect(made).toContain("This machine cannot open it yet");
    const machine = { ...places(), HOME: join(directory, "tmp") };
    expect(await run(["show", "token"], "", machine)).toContain("freehold secrets recipients says how");
    const [, key = ""] = /recipients add (age1\S+)/.exec(await run(["recipients"], "", machine)) ?? [];
    await run(["recipients", "add", key], "", person);
    expect(await run(["show", "token"], "", machine)).toBe("hunter2-open");
  });

  test("a file that is no text, too large or no file is said as that", async () => {
    const path = join(site(), "secrets.yaml");
    await writeFile(path, Buffer.from([0x61, 0x3a, 0xff]));
    expect(await run(["--json"])).toContain("FILE_NOT_TEXT");
    await writeFile(path, Buffer.alloc(1024 * 1024 + 1, 0x61));
    expect(await run(["--json"])).toContain("SECRETS_TOO_LARGE");
    await rm(path);
    await mkdir(path);
    expect(await run(["--json"])).toContain("FILE_UNREADABLE");
  });

  test("two who write at once: no value of either is lost without a word", async () => {
    await run(["set", "first", "--generate"]);
    const said = await Promise.all(["a", "b", "c", "d"].map((name) => run(["set", name], `${name}\n`)));
    const names = (await run([])).split("\n");
    for (const [index, name] of ["a", "b", "c", "d"].entries())
      expect(names.includes(name), said[index]).toBe(!said[index]?.includes("nothing was changed"));
  });
});

/** The number that a program has written into a file. */
async function pidIn(path: string): Promise<number> {
  for (;;) {
    const pid = Number(await readFile(path, "utf8").catch(() => ""));
    if (pid !== 0) return pid;
    await systemClock.sleep(20);
  }
}
