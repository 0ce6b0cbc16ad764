import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endMachines } from "../world/machine.ts";
import { createPushedLab, type PushedLab } from "../world/pushing.ts";
import type { SiteFiles } from "../world/site.ts";

const alpha = (greeting: string) => `build: images/probe
port: 8080
env: {GREETING: ${greeting}}
state: {data: /data}
expose: [{host: alpha.lab.test, to: public}]
health: {path: /, every: 1s, within: 15s}
`;

let lab: PushedLab;

/** The first version, and what was written while it ran; then the second one, and what that wrote. */
beforeAll(async () => {
  lab = await createPushedLab({
    "services/alpha.yaml": alpha("one"),
    "services/page.yaml": "static: page\n",
    "page/index.html": "<p>page</p>\n",
  });
  await push("One");
  await writeFile(lab.authority, await lab.must(["trust", "--pem"]));
  await write("of one");
  await push("Two\n\nBecause one was not enough.", { "services/alpha.yaml": alpha("two") });
  await write("of two");
});
afterAll(endMachines);

test("history tells what came of each push, who signed it, and where a setting comes from", async () => {
  const { by, changes } = JSON.parse(await lab.must(["history", "--json"]));
  expect(by).toBe("machine");
  expect(changes.map(({ subject }: { subject: string }) => subject)).toEqual(["Two", "One"]);
  expect(changes[0]).toMatchObject({
    way: "push",
    signer: { by: "ssh" },
    commits: [{ signature: { is: "good" } }],
    services: [{ name: "alpha", result: "done", snapshot: expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{7}$/) }],
  });
  const { settings } = JSON.parse(await lab.must(["history", "alpha", "--json"]));
  const subjects = Object.fromEntries(
    settings.map(({ path, by: { subject } }: { path: string; by: { subject: string } }) => [path, subject]),
  );
  expect(subjects).toMatchObject({ "env.GREETING": "Two", build: "The first files" });
});

describe("a rollback", () => {
  test("of a service's files brings the old version back within five seconds, and leaves its data alone", async () => {
    const began = performance.now();
    const said = await lab.must(["rollback", "alpha", "--yes", "-m", "Two was too much."]);
    expect(performance.now() - began).toBeLessThan(30_000); // 5 s on a machine of its own: the bench holds it
    expect(said).toContain("is on main, and runs.");
    expect(await greeting()).toBe("one");
    expect(await words()).toBe("of two\n");
    expect(await lab.must(["plan", "--rev", "main"])).toContain("nothing to change");
  });

  test("with data brings back the data in which that version was left, and keeps what was there", async () => {
    const { code, stdout, stderr } = await lab.machine.freehold([
      "rollback",
      "alpha",
      "--to",
      "HEAD~2",
      "--data",
      "--yes",
    ]);
    expect([code, stdout, stderr]).toEqual([0, expect.stringContaining("and runs."), expect.any(String)]);
    expect(await words()).toBe("of one\n");
    const [{ services }] = JSON.parse(await lab.must(["history", "--json", "-n", "1"])).changes;
    const { snapshot } = services.find(({ name }: { name: string }) => name === "alpha");
    await lab.must(["rollback", "alpha", `--data=${snapshot}`, "--to", "HEAD", "--yes"]);
    expect(await words()).toBe("of two\n");
  });
});

test("a plain revert brings files back alone, and is told how its data comes back", async () => {
  await push("Three", { "services/alpha.yaml": alpha("three") });
  await write("of three");
  await lab.mustGit(["revert", "--no-edit", "HEAD"]);
  const { said } = await lab.push();
  expect(await greeting()).toBe("one");
  expect(await words()).toBe("of three\n");
  const [, command = ""] = /(freehold rollback alpha --to \w{7} --data)/.exec(said) ?? [];
  expect(command).not.toBe("");
  await lab.must([...command.split(" ").slice(1), "--yes"]);
  expect(await words()).toBe("of two\n");
});

test("a commit that asks for data that is not kept is not taken", async () => {
  await lab.commit("By hand\n\nRestore-State: alpha 20200101T000000Z-aaaaaaa");
  const { code, said } = await lab.push();
  await lab.mustGit(["reset", "--hard", "--quiet", "HEAD~1"]);
  expect(code).not.toBe(0);
  expect(said).toContain("expected a snapshot of alpha in");
  expect(await greeting()).toBe("one");
});

async function push(message: string, files: SiteFiles = {}): Promise<void> {
  await lab.commit(message, files);
  const { code, said } = await lab.push();
  if (code !== 0) throw new Error(said);
}

async function write(text: string): Promise<void> {
  await lab.must(["exec", "alpha", "--", "sh", "-c", `echo ${text} > /data/words; sync`]);
}

function words(): Promise<string> {
  return readFile(join(lab.machine.root, "sites/lab/state/alpha/alpha/data/words"), "utf8");
}

async function greeting(): Promise<string> {
  const { stdout } = await lab.curl(["https://alpha.lab.test/"]);
  return JSON.parse(stdout).greeting;
}
