import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exec, start } from "../src/lib/exec.ts";

const checkout = resolve(import.meta.dirname, "..");
const freehold = join(checkout, "bin/freehold");
let site = "";

beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), "freehold-process-"));
  await writeFile(join(site, "site.yaml"), "name: home\ndomain: example.org\n");
  await writeFile(join(site, "people.yaml"), "ada: {}\n");
});
afterAll(() => rm(site, { recursive: true }));

/** A process' end: its code, or the signal that ended it. */
function ended(child: ReturnType<typeof start>): Promise<number | string | null> {
  return new Promise((done) => child.on("close", (code, signal) => done(code ?? signal)));
}

/** Words that run freehold as nobody, who need not be able to look where the checkout lies. */
function asNobody(flags: readonly string[], words: readonly string[]): [string, ...string[]] {
  const script =
    'mount --bind "$0" /mnt && exec setpriv --reuid=65534 --regid=65534 --clear-groups /mnt/bin/freehold "$@"';
  return ["unshare", "--mount", ...flags, "sh", "-c", script, checkout, ...words];
}

describe("freehold as a program", { timeout: 30_000 }, () => {
  test("checks a site with nothing around it: no home, no path, no network, nobody's user", async () => {
    await chmod(site, 0o755);
    const { code, stdout } = await exec(asNobody(["--net"], ["check"]), { cwd: site, env: { PATH: "/usr/bin:/bin" } });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "✔ 2 files, 0 services: no problems.\n" });
  });

  test("says at once that it needs root for what concerns the machine", async () => {
    await chmod(site, 0o755);
    const env = { PATH: "/usr/bin:/bin", FREEHOLD_ROOT: join(site, "root") };
    const { code, stderr } = await exec(asNobody([], ["plan"]), { cwd: site, env });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "error: expected to run as root, got user 65534\nhint: run the same with sudo, or as root\n",
    });
  });

  test("ends quietly when nobody reads on", async () => {
    const { stderr } = await exec(["sh", "-c", '"$0" docs service | true', freehold], { cwd: site });
    expect(stderr).toBe("");
  });

  test("says in a line that it cannot print", async () => {
    const { code, stderr } = await exec(["sh", "-c", '"$0" docs service >/dev/full', freehold], { cwd: site });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "error: expected to print, got ENOSPC\n" });
  });

  test("is interrupted with code 130, by whichever signal asks it to end", async () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const child = start([freehold, "passwd", "ada", "--stdin"], { cwd: site, stdio: ["pipe", "ignore", "pipe"] });
      let said = "";
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
      await new Promise((later) => setTimeout(later, 1500)); // by then it waits for its input
      child.kill(signal);
      expect(await ended(child)).toBe(130);
      expect(said).toBe("error: interrupted\n");
    }
  });

  test("has no colours where they would only be read by programs", async () => {
    const { stderr } = await exec([freehold, "plna"], { cwd: site, env: { ...process.env, TERM: "xterm-256color" } });
    expect(stderr).toBe(
      'error: expected a command of freehold, got "plna"\nhint: did you mean plan? freehold --help lists all\n',
    );
  });

  test("shows where a failure arose only when asked", async () => {
    const { stderr } = await exec([freehold, "check", "--site", "nowhere", "--debug"], { cwd: site });
    expect(stderr).toMatch(/at .*site-directory\.ts:\d+/);
  });
});
