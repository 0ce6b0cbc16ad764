import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exec, execOrFail, start } from "../../lib/exec.ts";
import { siteLayout } from "../../providers/layout.ts";
import { postReceive, preReceive, writeHooks } from "./hooks.ts";

/** Says what it was called with, reads its input, and ends when the file `end` beside it is there, or its directory is not. */
const program = `#!/bin/sh
echo "$# words: $*"
echo "root $FREEHOLD_ROOT, mask $(umask)"
cat
while [ -e "$0" ] && [ ! -e "$(dirname "$0")/end" ]; do sleep 0.05; done
echo done > "$(dirname "$0")/ended"
echo the end
`;

describe("the hooks of a site's repository", { timeout: 60_000 }, () => {
  let directory: string;
  let options: { roots: { root: string; run: string }; home: string; site: string };
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "freehold it's $HOME-"));
    options = { roots: { root: join(directory, "root"), run: join(directory, "run") }, home: directory, site: "home" };
    await execOrFail(["mkdir", "-p", join(directory, "bin")]);
    await writeFile(join(directory, "bin/freehold"), program, { mode: 0o755 });
    await writeHooks(options);
  });
  afterEach(() => rm(directory, { recursive: true }));

  const hook = (name: string): string => join(siteLayout(options.roots, "home").repository, "hooks", name);
  const end = (): Promise<void> => writeFile(join(directory, "bin/end"), "");

  test("are programs of root's, whatever the directories are called", async () => {
    for (const name of ["pre-receive", "post-receive"]) {
      expect((await stat(hook(name))).mode & 0o777).toBe(0o700);
      expect(await exec(["sh", "-n", hook(name)])).toMatchObject({ code: 0, stderr: "" });
    }
  });

  test("hand on git's lines, the places, and no mask of the pusher's", async () => {
    await end();
    const { code, stdout } = await exec(["sh", "-c", 'umask 077; exec "$0"', hook("pre-receive")], {
      input: "a b refs/x\n",
    });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `3 words: receive-check --site-name home\nroot ${join(directory, "root")}, mask 0022\na b refs/x\nthe end\n`,
    });
  });

  test("show what the deploy says until it has ended, and leave nothing behind", async () => {
    await end();
    const { stdout } = await exec([hook("post-receive")], { input: "a b refs/x\n" });
    expect(stdout).toContain("4 words: deploy --pushed --site-name home");
    expect(stdout).toMatch(/a b refs\/x\n\n?the end\n$/);
    expect(await execOrFail(["ls", siteLayout(options.roots, "home").run])).toBe("");
  });

  test("show it also on a machine that is so busy that the deploy begins late", async () => {
    await end();
    const [, processor = "0"] = /^Cpus_allowed_list:\s*(\d+)/m.exec(await readFile("/proc/self/status", "utf8")) ?? [];
    const busy = ["taskset", "-c", processor, hook("post-receive")] as const; // all of them on one
    const pushes = Array.from({ length: 150 }, () => exec(busy, { input: "a b refs/x\n" }));
    for (const { stdout } of await Promise.all(pushes)) expect(stdout).toContain("the end");
    expect(await execOrFail(["ls", siteLayout(options.roots, "home").run])).toBe("");
  });

  test("let the deploy go on when the pusher's whole process group is killed", async () => {
    const push = start([hook("post-receive")], { detached: true, stdio: ["pipe", "pipe", "ignore"] });
    push.stdin?.end();
    await new Promise<void>((said) => push.stdout?.on("data", (text) => String(text).includes("mask") && said()));
    process.kill(-(push.pid ?? 0), "SIGKILL");
    await once(push, "close");
    await end();
    const seen = ["sh", "-c", 'until [ -e "$0" ]; do sleep 0.05; done', join(directory, "bin/ended")] as const;
    expect(await exec(seen, { timeout: 10_000 })).toMatchObject({ code: 0 });
  });

  test("know the usual places without being told", () => {
    const usual = { roots: { root: "/var/lib/freehold", run: "/run/freehold" }, home: "/opt/freehold", site: "home" };
    expect(preReceive(usual)).not.toContain("FREEHOLD_");
    expect(postReceive(usual)).toContain("run='/run/freehold/sites/home'\n");
  });
});
