import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExecResult } from "../src/lib/exec.ts";
import { endMachines } from "../test/world/machine.ts";
import { makePerson, type TestPerson } from "../test/world/person.ts";
import { eventually } from "../test/world/wait.ts";
import { type Bench, createBench, type RunningImage, startImage, switchVersion } from "./running-image.ts";

let bench: Bench;
let git: RunningImage;
let people: string;
let state: string;
let ada: TestPerson;
let ben: TestPerson;
let eve: TestPerson;

beforeAll(async () => {
  bench = await createBench();
  const devices = join(bench.machine.disk, "devices");
  [ada, ben, eve] = await Promise.all([
    makePerson("ada", devices),
    makePerson("ben", devices),
    makePerson("eve", devices),
  ]);
  people = await bench.directory("people");
  state = await bench.directory("state");
  await switchVersion(people, "1", { keys: `ada ${ada.key}\nben ${ben.key}\n` });
  git = await startImage(bench, "git", { port: 2222, mounts: [`${people}:/run/people:ro`, `${state}:/var/lib/git`] });
  await makeRepository("work");
  await writeFile(join(devices, "config"), "");
});
afterAll(endMachines);

describe("repositories", () => {
  test("are made by the first push into one's own place, and are nobody else's to read, write, list or archive", async () => {
    expect(await push(ada, "ada/notes")).toMatchObject({ code: 0 });
    expect((await ssh(ben, ["git-upload-pack 'ada/notes'"])).stdout).toBe("");
    expect((await push(ben, "ada/notes")).code).not.toBe(0);
    expect((await ssh(ben, ["git-upload-archive 'ada/notes'"])).stdout).toBe("");
    expect((await ssh(ben, ["info"])).stdout).not.toContain("ada");
  });

  test("of others cannot be told from ones that are not there", async () => {
    const there = await ssh(ben, ["git-upload-pack 'ada/notes'"]);
    const absent = await ssh(ben, ["git-upload-pack 'ada/absent'"]);
    expect(there.stderr.replaceAll("notes", "absent")).toBe(absent.stderr);
  });

  test("are not made by a look", async () => {
    expect((await ssh(ada, ["git-upload-pack 'ada/typo'"])).code).not.toBe(0);
    expect(await readdir(join(state, "repositories/ada"))).not.toContain("typo.git");
  });

  test("cannot be made in another's place, in nobody's, or inside another", async () => {
    for (const path of ["ben/mine", "nobody/mine", "ada/notes/inner", "mine", "shared/a/b"]) {
      expect((await push(ada, path)).code, path).not.toBe(0);
    }
  });

  test("that are shared keep what others pushed, unless who made them rewrites it", async () => {
    expect(await push(ada, "shared/recipes")).toMatchObject({ code: 0 });
    await amend("work");
    expect((await push(ben, "shared/recipes", ["--force"])).stderr).toContain("DENIED");
    expect(await push(ada, "shared/recipes", ["--force"])).toMatchObject({ code: 0 });
  });

  test.each([
    "../../../etc",
    "ada/../ada/notes",
    "/etc/passwd",
    "ben/../ada/notes",
    "ada/notes/../../ada/notes",
    "~/x",
    "$(id)",
  ])("are not found by the path %s", async (path) => {
    const { code, stdout } = await ssh(ben, [`git-upload-pack '${path}'`]);
    expect([code === 0, stdout]).toEqual([false, ""]);
  });
});

describe("a key", () => {
  test("that nobody has does not let in", async () => {
    expect((await ssh(eve, ["info"])).stderr).toContain("Permission denied (publickey)");
  });

  test.each([
    "id",
    "sh",
    "git-shell",
    "ls /",
    "perms ada/notes + READERS ben",
    "D rm ada/notes",
    "sskm list",
    "mirror x",
  ])("does not run %s", async (command) => {
    const { code, stdout } = await ssh(ada, [command]);
    expect([code === 0, stdout]).toEqual([false, ""]);
  });

  test("opens no way further, not even to the container itself", async () => {
    expect((await ssh(ada, [], ["-W", "127.0.0.1:2222"])).stdout).not.toContain("SSH-2.0");
    expect((await ssh(ada, ["info"], ["-tt"])).stderr).toContain("PTY allocation request failed");
  });

  test("counts from the moment that it is listed, and no longer than that", async () => {
    await switchVersion(people, "2", { keys: `eve ${eve.key}\n` });
    expect((await ssh(eve, ["info"])).stdout).toContain("hello eve");
    expect((await ssh(ada, ["info"])).stderr).toContain("Permission denied (publickey)");
  });

  test("in a line that is not as it must be, or of a person called like the shared place, is passed over", async () => {
    const [type = "", blob = ""] = eve.key.split(" ");
    const lines = [
      `shared ${eve.key}`,
      `x" ${eve.key}`,
      `eve ${type} ${blob}",command="sh`,
      `eve command="sh" ${eve.key}`,
      `../ada ${eve.key}`,
    ];
    await switchVersion(people, "3", { keys: `${lines.join("\n")}\nben ${ben.key}\n` });
    expect((await ssh(eve, ["info"])).stderr).toContain("Permission denied (publickey)");
    expect((await ssh(ben, ["info"])).stdout).toContain("hello ben");
  });
});

describe("the server", () => {
  test("has a key of its own from its first start, and the same one after the next", async () => {
    const path = join(state, "host/ssh_host_ed25519_key.pub");
    const key = await readFile(path, "utf8");
    git = await git.replace();
    expect(await readFile(path, "utf8")).toBe(key);
    expect((await ssh(ben, ["info"])).stdout).toContain("hello ben");
  });

  test("offers no way in but keys", async () => {
    const { stderr } = await bench.machine.exec([
      "ssh",
      ...["-v", "-F", "none", "-o", "BatchMode=yes", "-o", "PreferredAuthentications=none"],
      ...["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-p", "2222", `git@${git.address}`],
    ]);
    expect(stderr).toMatch(/Authentications that can continue: publickey\r?\n/);
  });

  test("says in its log who did what", async () => {
    await ssh(ben, ["git-upload-pack 'ben/absent'"]);
    await eventually("the visit in the log", async () => {
      return (await git.log()).includes("ARGV=ben	SOC=git-upload-pack 'ben/absent'") ? true : undefined;
    });
  });
});

function options(person: TestPerson): readonly string[] {
  const known = join(bench.machine.disk, "devices/known_hosts");
  const words = [
    "IdentitiesOnly=yes",
    "BatchMode=yes",
    "StrictHostKeyChecking=accept-new",
    `UserKnownHostsFile=${known}`,
  ];
  return ["-F", "none", "-i", person.keyFile, ...words.flatMap((word) => ["-o", word])];
}

function ssh(person: TestPerson, command: readonly string[], more: readonly string[] = []): Promise<ExecResult> {
  const target = ["-p", "2222", `git@${git.address}`];
  return bench.machine.exec(["ssh", ...options(person), ...more, ...target, ...command], { timeout: 20_000 });
}

function push(person: TestPerson, path: string, words: readonly string[] = []): Promise<ExecResult> {
  const url = `ssh://git@${git.address}:2222/${path}`;
  return bench.machine.exec(["git", "push", ...words, url, "main"], {
    cwd: join(bench.machine.disk, "work"),
    env: { GIT_SSH_COMMAND: ["ssh", ...options(person)].join(" ") },
  });
}

/** A repository with one commit on main. */
async function makeRepository(name: string): Promise<void> {
  const directory = join(bench.machine.disk, name);
  await mkdir(directory);
  await bench.machine.exec(["git", "init", "-q", "-b", "main"], { cwd: directory });
  await commit(name, ["First"]);
}

function amend(name: string): Promise<unknown> {
  return commit(name, ["Second", "--amend"]);
}

async function commit(name: string, [message = "", ...words]: readonly string[]): Promise<void> {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
  const { code, stderr } = await bench.machine.exec(
    ["git", ...identity, "commit", "-q", "--allow-empty", "-m", `${message}`, ...words],
    { cwd: join(bench.machine.disk, name) },
  );
  if (code !== 0) throw new Error(stderr);
}
