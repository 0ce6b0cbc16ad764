import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { execOrFail } from "../../lib/exec.ts";
import { type Git, gitIn } from "../git.ts";
import { setUpSigning } from "./signing.ts";

describe("signing in a checkout", { timeout: 60_000 }, () => {
  let userHome: string;
  let git: Git;
  beforeEach(async () => {
    userHome = await mkdtemp(join(tmpdir(), "freehold-signing-"));
    const env = { PATH: process.env.PATH, HOME: userHome, GIT_CONFIG_NOSYSTEM: "1" };
    const checkout = join(userHome, "site");
    await mkdir(checkout);
    git = gitIn(checkout, env, new AbortController().signal);
    await git.ask(["init", "-q", "-b", "main"]);
    for (const [name, value] of [
      ["name", "Ada"],
      ["email", "ada@example.org"],
    ] as const)
      await git.ask(["config", `user.${name}`, value]);
  });
  afterEach(() => rm(userHome, { recursive: true }));

  const set = () => setUpSigning(git, { person: "ada", userHome });
  const makeKey = async (name: string): Promise<string> => {
    const path = join(userHome, ".ssh", name);
    await mkdir(join(userHome, ".ssh"), { recursive: true });
    await execOrFail(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "whoever", "-f", path]);
    return path;
  };
  const commitIsSigned = async (): Promise<boolean> => {
    await git.ask(["commit", "-q", "--allow-empty", "-m", "First"]);
    return (await git.ask(["cat-file", "commit", "HEAD"])).includes("BEGIN SSH SIGNATURE");
  };

  test("is by the key that the person has", async () => {
    await makeKey("id_ed25519");
    expect(await set()).toMatchObject({ by: "ssh", file: "~/.ssh/id_ed25519.pub", made: false, key: { name: "ada" } });
    expect(await commitIsSigned()).toBe(true);
  });

  test("is by a new key where there is none, made once", async () => {
    const signing = await set();
    expect(signing).toMatchObject({ by: "ssh", file: "~/.ssh/freehold_signing.pub", made: true });
    expect((await stat(join(userHome, ".ssh/freehold_signing"))).mode & 0o777).toBe(0o600);
    expect(await commitIsSigned()).toBe(true);
    const again = await set();
    expect(again.by === "ssh" && signing.by === "ssh" && again.key.key === signing.key.key).toBe(true);
  });

  test("is not by a public key without its private half", async () => {
    const path = await makeKey("id_ed25519");
    await rm(path);
    expect(await set()).toMatchObject({ made: true });
  });

  test("is by the key that the person signs with everywhere", async () => {
    await makeKey("id_ed25519");
    const path = await makeKey("for-signing");
    await writeFile(join(userHome, ".gitconfig"), "[gpg]\nformat = ssh\n[user]\nsigningKey = ~/.ssh/for-signing.pub\n");
    expect(await set()).toMatchObject({ by: "ssh", file: "~/.ssh/for-signing.pub", made: false });
    expect(await commitIsSigned()).toBe(true);
    expect(path).toContain("for-signing");
  });

  test("stays by OpenPGP for who does that everywhere", async () => {
    await writeFile(join(userHome, ".gitconfig"), "[commit]\ngpgSign = true\n[user]\nsigningKey = 0123456789ABCDEF\n");
    expect(await set()).toEqual({ by: "openpgp", id: "0123456789ABCDEF" });
    expect((await git.try(["config", "--local", "--get", "gpg.format"])).stdout).toBe("");
  });
});
