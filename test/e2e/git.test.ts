import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExecResult } from "../../src/lib/exec.ts";
import { endMachines } from "../world/machine.ts";
import { makePerson, type TestPerson } from "../world/person.ts";
import { createHome, type TestSite } from "../world/site.ts";

const server = "ssh://git@git.home.localhost:2222";
let home: TestSite;
let stranger: TestPerson;

beforeAll(async () => {
  home = await createHome(["git"]);
  stranger = await makePerson("stranger", join(home.machine.disk, "devices"));
  await home.mustUp();
});
afterAll(endMachines);

describe("git over SSH", () => {
  test("takes a push from a registered key and gives it back to a clone", async () => {
    await makeRepository("notes");
    expect(await push(home.ada, "notes", "ada/notes")).toMatchObject({ code: 0 });
    expect(await clone(home.ada, "ada/notes", "notes-again")).toMatchObject({ code: 0 });
    const { stdout } = await home.machine.exec(["cat", "notes-again/file"], { cwd: home.machine.disk });
    expect(stdout).toBe("text of notes\n");
  });

  test("refuses a key that nobody registered", async () => {
    const { code, stderr } = await clone(stranger, "ada/notes", "stolen");
    expect({ code, stderr }).toEqual({ code: 128, stderr: expect.stringContaining("Permission denied (publickey)") });
  });

  test("shows nobody the private repository of somebody else, and lets nobody make one there", async () => {
    expect(await clone(home.ben, "ada/notes", "not-mine")).toMatchObject({ code: 128 });
    await makeRepository("intruder");
    expect((await push(home.ben, "intruder", "ada/intruder")).code).not.toBe(0);
    expect((await push(home.ben, "intruder", "ada/notes")).code).not.toBe(0);
  });

  test("lets everybody of the site share a repository", async () => {
    await makeRepository("recipes");
    expect(await push(home.ada, "recipes", "shared/recipes")).toMatchObject({ code: 0 });
    expect(await clone(home.ben, "shared/recipes", "recipes-of-ben")).toMatchObject({ code: 0 });
  });

  test.each(["ada/../ada/notes", "../../../etc", "ben/../ada/notes", "/etc/passwd", "ada/notes/../../ada/notes"])(
    "does not follow the path %s",
    async (path) => {
      expect((await clone(home.ben, path, "outside")).code).toBe(128);
    },
  );

  test("gives no shell, no forwarding and no other program", async () => {
    const shell = await ssh(home.ada, ["id"]);
    expect(shell.stdout).not.toContain("uid=");
    expect(shell.code).not.toBe(0);
    const forward = await ssh(home.ada, ["-W", "127.0.0.1:2222"]);
    expect(forward.stdout).not.toContain("SSH-2.0");
    expect(forward.code).not.toBe(0);
  });

  test("forgets a key that was taken out of people.yaml, without a restart", async () => {
    await home.write({ "people.yaml": `ben:\n  groups: [family]\n  keys: [${home.ben.key}]\n` });
    await home.mustUp();
    expect((await clone(home.ada, "shared/recipes", "too-late")).code).toBe(128);
    expect((await clone(home.ben, "shared/recipes", "still-there")).code).toBe(0);
  });
});

function sshCommand(person: TestPerson): string {
  const known = join(home.machine.disk, "devices/known_hosts");
  return `ssh -F none -i ${person.keyFile} -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=${known}`;
}

function git(person: TestPerson, words: readonly string[], cwd = home.machine.disk): Promise<ExecResult> {
  return home.machine.exec(["git", ...words], { cwd, env: { GIT_SSH_COMMAND: sshCommand(person) } });
}

async function clone(person: TestPerson, path: string, directory: string): Promise<ExecResult> {
  await rm(join(home.machine.disk, directory), { recursive: true, force: true });
  return git(person, ["clone", "-q", `${server}/${path}`, directory]);
}

function push(person: TestPerson, repository: string, path: string): Promise<ExecResult> {
  return git(person, ["push", "-q", `${server}/${path}`, "main"], join(home.machine.disk, repository));
}

function ssh(person: TestPerson, words: readonly string[]): Promise<ExecResult> {
  const [program = "ssh", ...options] = sshCommand(person).split(" ");
  const [last = "", ...before] = words.toReversed();
  const target = ["-p", "2222", "git@git.home.localhost"];
  const argv = last.includes(":") ? [...before, last, ...target] : [...target, last];
  return home.machine.exec([program, ...options, ...argv], { timeout: 20_000 });
}

/** A repository with one commit on main. */
async function makeRepository(name: string): Promise<void> {
  const directory = join(home.machine.disk, name);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "file"), `text of ${name}\n`);
  const identity = ["-c", "user.name=test", "-c", "user.email=test@home.localhost"];
  for (const words of [
    ["init", "-q", "-b", "main"],
    ["add", "."],
    [...identity, "commit", "-qm", "First"],
  ]) {
    await home.machine.exec(["git", ...words], { cwd: directory });
  }
}
