import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { exec, execOrFail } from "../lib/exec.ts";
import { readIfThere } from "../lib/fs.ts";
import { fail } from "../lib/problem.ts";
import { type AllowedKey, isKeyFault, readAllowedKey } from "./allowed-key.ts";

/** For tests: a key, and how git signs with it. */
export type SigningKey = AllowedKey & { readonly sign: readonly (readonly [string, string])[] };

/** What a commit of a test is made of. */
export type CommitWish = {
  readonly by?: SigningKey;
  readonly message?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly parents?: readonly string[];
};

/** For tests: a directory with keys and repositories, made by the real programs. `end` takes everything away. */
export type Workshop = {
  readonly directory: string;
  sshKey(name: string, kind?: readonly string[]): Promise<SigningKey>;
  /** `made` and `lasts` in the forms of gpg(1): a time for its clock, `1d`, `never`. */
  openPgpKey(name: string, options?: { readonly made?: string; readonly lasts?: string }): Promise<SigningKey>;
  gpg(...words: readonly string[]): Promise<string>;
  repository(name: string, options?: { readonly format?: "sha1" | "sha256" }): Promise<Yard>;
  end(): Promise<void>;
};

/** For tests: a repository without a checkout, in which commits are put together. */
export type Yard = {
  readonly path: string;
  git(words: readonly string[], input?: string): Promise<string>;
  /** Adds a commit to the branch `main`, or to `parents`; resolves with its id. */
  commit(wish?: CommitWish): Promise<string>;
  /** A commit of exactly these bytes, which git itself would not make. */
  raw(text: string): Promise<string>;
};

/** Makes a workshop in the machine's directory for temporary files. */
export async function makeWorkshop(): Promise<Workshop> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-yard-"));
  const gnupg = join(directory, "gnupg");
  await mkdir(gnupg, { mode: 0o700 });
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    GNUPGHOME: gnupg,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    LC_ALL: "C",
    ...identity("AUTHOR"),
    ...identity("COMMITTER"),
  };
  const gpg = (...words: readonly string[]): Promise<string> =>
    execOrFail(["gpg", "--batch", "--quiet", "--no-tty", "--passphrase", "", "--pinentry-mode", "loopback", ...words], {
      env,
    });
  return {
    directory,
    gpg,
    async sshKey(name, kind = ["-t", "ed25519"]) {
      const file = join(directory, `${name}.key`);
      await execOrFail(["ssh-keygen", "-q", ...kind, "-N", "", "-C", name, "-f", file], { env });
      return signingKey((await readIfThere(`${file}.pub`)) ?? "", [
        ["gpg.format", "ssh"],
        ["user.signingkey", `${file}.pub`],
      ]);
    },
    async openPgpKey(name, { made, lasts = "never" } = {}) {
      const clock = made === undefined ? [] : ["--faked-system-time", `${made}!`];
      const user = `${name} <${name}@example.org>`;
      await gpg(...clock, "--quick-generate-key", user, "ed25519", "sign", lasts);
      const program = join(directory, `gpg-${name}`);
      await writeFile(program, `#!/bin/sh\nexec gpg --batch --quiet ${clock.join(" ")} "$@"\n`);
      await chmod(program, 0o755);
      return signingKey(await gpg("--armor", "--export", user), [
        ["gpg.format", "openpgp"],
        ["gpg.program", program],
        ["user.signingkey", user],
      ]);
    },
    async repository(name, { format = "sha1" } = {}) {
      const path = join(directory, name);
      await execOrFail(["git", "init", "-q", "--bare", "-b", "main", `--object-format=${format}`, path], { env });
      return yard(path, env);
    },
    async end() {
      await exec(["gpgconf", "--kill", "all"], { env });
      await rm(directory, { recursive: true });
    },
  };
}

function yard(path: string, env: NodeJS.ProcessEnv): Yard {
  const run = (words: readonly string[], input?: string, further: NodeJS.ProcessEnv = {}): Promise<string> =>
    execOrFail(["git", `--git-dir=${path}`, ...words], {
      env: { ...env, ...further },
      ...(input === undefined ? {} : { input }),
    });
  const tree = async (files: Readonly<Record<string, string>>, from: string | undefined): Promise<string> => {
    const index = { GIT_INDEX_FILE: join(path, "yard-index") };
    await run(["read-tree", from ?? "--empty"], undefined, index);
    for (const [name, text] of Object.entries(files)) {
      const blob = (await run(["hash-object", "-w", "--stdin"], text)).trim();
      await run(["update-index", "--add", "--cacheinfo", `100644,${blob},${name}`], undefined, index);
    }
    return (await run(["write-tree"], undefined, index)).trim();
  };
  return {
    path,
    git: run,
    async commit({ by, message = "a change", files = {}, parents } = {}) {
      const head = parents ?? (await tipOf(path, env));
      const of = await tree(files, head[0]);
      const config = (by?.sign ?? []).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
      const commit = await run([
        ...config,
        "commit-tree",
        ...(by === undefined ? [] : ["-S"]),
        ...head.flatMap((parent) => ["-p", parent]),
        "-m",
        message,
        of,
      ]);
      const id = commit.trim();
      if (parents === undefined) await run(["update-ref", "refs/heads/main", id]);
      return id;
    },
    async raw(text) {
      return (await run(["hash-object", "-t", "commit", "-w", "--literally", "--stdin"], text)).trim();
    },
  };
}

async function tipOf(path: string, env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const { code, stdout } = await exec(["git", `--git-dir=${path}`, "rev-parse", "-q", "--verify", "refs/heads/main"], {
    env,
  });
  return code === 0 ? [stdout.trim()] : [];
}

function identity(who: "AUTHOR" | "COMMITTER"): NodeJS.ProcessEnv {
  return {
    [`GIT_${who}_NAME`]: "Ada Lovelace",
    [`GIT_${who}_EMAIL`]: "ada@example.org",
    [`GIT_${who}_DATE`]: "1795262400 +0100",
  };
}

function signingKey(text: string, sign: SigningKey["sign"]): SigningKey {
  const read = readAllowedKey(text);
  if (isKeyFault(read)) return fail("BUG", `a test's key cannot be read: expected ${read.expected}`, { kind: "bug" });
  return { ...read, sign };
}

/** A file under a workshop's directory. */
export async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
