import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import type { Context } from "../../src/cli/command.ts";
import { gitIn } from "../../src/cli/git.ts";
import { commitsOf, type SignedCommit } from "../../src/cli/history/commits.ts";
import { runProgram } from "../../src/cli/program.ts";
import { createTerminal } from "../../src/cli/terminal.ts";
import type { Entry, ServiceEntry } from "../../src/ledger/journal.ts";
import { publishJournal } from "../../src/ledger/published-journal.ts";
import type { Clock } from "../../src/lib/clock.ts";
import { execOrFail } from "../../src/lib/exec.ts";
import { memoryRuntime } from "../../src/providers/memory/provider.ts";
import { type MemoryWorld, memoryWorld } from "../../src/providers/memory/world.ts";
import type { Snapshot } from "../../src/providers/snapshots.ts";

/** When every test begins. */
export const noon = Date.UTC(2026, 10, 21, 12);

/** What a command printed. */
export type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** What became of a commit, as the machine tells it. */
export type ToldChange = {
  readonly commit: string;
  readonly hoursAgo: number;
  readonly services: Readonly<Record<string, Partial<ServiceEntry>>>;
};

/** A person's checkout of the site `home`, with the repository that it pushes to, on a disk of its own. */
export type Checkout = {
  /** The person's directory. */
  readonly directory: string;
  /** The bare repository. */
  readonly remote: string;
  readonly world: MemoryWorld;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  git(...args: readonly string[]): Promise<string>;
  /** Commits all there is, signed, so many hours ago; resolves with the commit. */
  commit(message: string, hoursAgo?: number): Promise<string>;
  /** Runs freehold in the checkout, or in another directory. */
  freehold(words: readonly string[], cwd?: string): Promise<Ran>;
  /** Has the machine tell what became of commits, the newest first, and which snapshots it has. */
  tell(changes: readonly ToldChange[], snapshots?: Readonly<Record<string, readonly string[]>>): Promise<void>;
  end(): Promise<void>;
};

/** Checkouts that are all alike, each in a place of its own. */
export type Checkouts<Made> = {
  next(): Promise<{ readonly site: Checkout } & Made>;
  end(): Promise<void>;
};

/** Checkouts of a site of two services, with what `prepare` adds, which is done once. */
export function checkouts<Made extends object>(prepare: (site: Checkout) => Promise<Made>): Checkouts<Made> {
  let made: Promise<{ readonly root: string; readonly found: Made }> | undefined;
  const template = async () => {
    const root = await newRoot();
    return { root, found: await prepare(await begin(root)) };
  };
  return {
    async next() {
      made ??= template();
      const { root, found } = await made;
      const own = await newRoot();
      await cp(root, own, { recursive: true, preserveTimestamps: true });
      return { site: checkoutIn(own), ...found };
    },
    end: async () => made && rm((await made).root, { recursive: true }),
  };
}

function newRoot(): Promise<string> {
  return mkdtemp(join(tmpdir(), "freehold-checkout-"));
}

/** Nothing in the configuration names the place: it may be copied. */
async function begin(root: string): Promise<Checkout> {
  const checkout = checkoutIn(root);
  const { directory, remote, git } = checkout;
  await mkdir(directory);
  await git("init", "--quiet", "--bare", "-b", "main", remote);
  await git("init", "--quiet", "-b", "main");
  const key = join(root, "ada-key");
  await execOrFail(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", key]);
  await writeFile(join(root, "signers"), `ada ${await readFile(`${key}.pub`, "utf8")}`);
  await writeFile(
    join(directory, ".git/config"),
    `[core]
  repositoryformatversion = 0
[user]
  name = Ada
  email = ada@example.org
  signingKey = ~/ada-key.pub
[gpg]
  format = ssh
[gpg "ssh"]
  allowedSignersFile = ~/signers
[commit]
  gpgSign = true
[remote "home"]
  url = ../home.git
  fetch = +refs/heads/*:refs/remotes/home/*
`,
  );
  await checkout.write("site.yaml", "name: home\ndomain: example.org\n");
  await checkout.write("people.yaml", "ada:\n  title: Ada\n");
  await checkout.write("services/blog.yaml", "static: static/blog\nexpose: public\nlimits: {memory: 64M}\n");
  await checkout.write("static/blog/index.html", "one\n");
  await checkout.write(
    "services/mail.yaml",
    "image: docker.io/library/mail:1.0\nports: {imaps: {port: 993}}\nstate: {data: /data}\nlimits: {memory: 256M}\n",
  );
  return checkout;
}

function checkoutIn(root: string): Checkout {
  const [directory, remote] = [join(root, "ada"), join(root, "home.git")];
  const env = {
    PATH: process.env.PATH,
    HOME: root,
    GIT_CONFIG_GLOBAL: join(root, "gitconfig"),
    GIT_CONFIG_NOSYSTEM: "1",
  };
  const world = memoryWorld({ clock: stillClock });
  const git = (...args: readonly string[]) => execOrFail(["git", ...args], { cwd: directory, env });
  return {
    directory,
    remote,
    world,
    git,
    async write(path, text) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    },
    read: (path) => readFile(join(directory, path), "utf8"),
    async commit(message, hoursAgo = 0) {
      const date = new Date(noon - hoursAgo * 3_600_000).toISOString();
      await git("add", "--all");
      const dated = { ...env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
      await execOrFail(["git", "commit", "--quiet", "--allow-empty", "-m", message], { cwd: directory, env: dated });
      return (await git("rev-parse", "HEAD")).trim();
    },
    freehold: (words, cwd = directory) => run(words, { cwd, env, root, world }),
    tell: async (changes, snapshots = {}) => {
      const bare = gitIn(remote, env, new AbortController().signal);
      const ids = changes.map(({ commit }) => commit);
      const commits = await commitsOf(bare, ids, join(root, "signers"));
      await publishJournal(
        remote,
        changes.map((change) => entryOf(change, commits.get(change.commit))),
        snapshotsOf(snapshots),
      );
    },
    end: () => rm(root, { recursive: true }),
  };
}

function entryOf({ commit, hoursAgo, services }: ToldChange, found: SignedCommit | undefined): Entry {
  if (found?.signature.is !== "good") throw new Error(`the machine would not take ${commit}`);
  const { signature, ...rest } = found;
  const results = Object.entries(services).map(([service, it]): [string, ServiceEntry] => {
    return [service, { result: "done", what: [], ...it }];
  });
  return {
    at: noon - hoursAgo * 3_600_000,
    milliseconds: 2000,
    way: "push",
    revision: { ...rest, signer: { name: signature.name, key: signature.key, by: "ssh" } },
    services: Object.fromEntries(results),
  };
}

function snapshotsOf(names: Readonly<Record<string, readonly string[]>>): readonly Snapshot[] {
  return Object.entries(names).flatMap(([service, own]) =>
    own.map((name) => ({ service, name, at: noon, way: "copy" })),
  );
}

const stillClock: Clock = { now: () => noon, elapsed: () => noon, sleep: async () => {} };

type Surroundings = {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly root: string;
  readonly world: MemoryWorld;
};

async function run(words: readonly string[], { cwd, env, root, world }: Surroundings): Promise<Ran> {
  const printed = { out: "", err: "" };
  const stream = (to: "out" | "err"): PassThrough => {
    const made = new PassThrough().setEncoding("utf8");
    made.on("data", (text: string) => {
      printed[to] += text;
    });
    return made;
  };
  const stdin = new PassThrough();
  stdin.end();
  const context: Context = {
    terminal: createTerminal({ stdin, stdout: stream("out"), stderr: stream("err") }, { NO_COLOR: "1" }),
    cwd,
    env,
    clock: stillClock,
    zone: "UTC",
    signal: new AbortController().signal,
    roots: { root: join(root, "machine"), run: join(root, "run") },
    user: 1000,
    host: "attic",
    home: resolve(import.meta.dirname, "../.."),
    supervisor: { ensure: async () => ({ state: "running" }), ended: async () => undefined },
    createRuntime: async () => memoryRuntime(world),
    surroundings: async () => ({ machine: [], lan: [], internet: [] }),
    examine: async () => [],
    authority: async () => undefined,
  };
  const code = await runProgram(words, context);
  await new Promise((done) => setImmediate(done));
  return { code, ...printed };
}
