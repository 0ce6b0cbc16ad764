import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { exec, execOrFail } from "../lib/exec.ts";
import { readIfThere } from "../lib/fs.ts";
import { ProblemError } from "../lib/problem.ts";
import { accept } from "./accept.ts";
import { type AllowedKey, isKeyFault, readAllowedKey } from "./allowed-key.ts";
import { resolve } from "./repository.ts";
import { makeWorkshop, put, type SigningKey, type Workshop, type Yard } from "./workshop.ts";

// Real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let shop: Workshop;
let ada: SigningKey;
let bob: SigningKey;
let eve: SigningKey;
let yards = 0;

beforeAll(async () => {
  shop = await makeWorkshop();
  ada = await shop.sshKey("ada");
  bob = await shop.sshKey("bob");
  eve = await shop.sshKey("eve");
});
afterAll(() => shop.end());

/** The list of a test's site: a file with a key a line. */
const listed = {
  file: "site.yaml",
  read: (text: string): AllowedKey[] =>
    text.split("\n").flatMap((line) => {
      const read = readAllowedKey(line);
      return isKeyFault(read) ? [] : [read];
    }),
};

function listing(...keys: readonly AllowedKey[]): Readonly<Record<string, string>> {
  return { "site.yaml": keys.map(({ text, name }) => `${text} ${name}\n`).join("") };
}

function newYard(format: "sha1" | "sha256" = "sha1"): Promise<Yard> {
  yards += 1;
  return shop.repository(`yard-${yards}.git`, { format });
}

type Wish = {
  readonly from?: string;
  readonly machine?: readonly AllowedKey[];
  readonly quarantine?: Record<string, string>;
};

function judge(yard: Yard, to: string, { from, machine = [ada], quarantine }: Wish = {}) {
  return accept({ repository: yard.path, from, to, machine, listed, quarantine });
}

/** The code of what is wrong with a head, and the commit that it names; or the names of who signed. */
async function verdict(yard: Yard, to: string, wish: Wish = {}): Promise<string> {
  try {
    return (await judge(yard, to, wish)).map(({ signer }) => signer.name).join(" ");
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    const { code, message } = thrown.problem;
    const named = /: ([0-9a-f]{12})\b/.exec(message)?.[1];
    return named === undefined ? code : `${code} ${named}`;
  }
}

async function realKeygen(): Promise<string> {
  return (await execOrFail(["sh", "-c", "command -v ssh-keygen"])).trim();
}

const short = (id: string): string => id.slice(0, 12);

describe("a head that was signed", () => {
  test("is accepted with all that it brings, oldest first, each with who signed it", async () => {
    const yard = await newYard();
    const first = await yard.commit({ by: ada, message: "first" });
    const message = "more memory\nfor mail\n\nit swapped\n\nsince Monday\n";
    const second = await yard.commit({ by: ada, message });
    const [one, two] = await judge(yard, second);
    expect(one).toMatchObject({ commit: first, parents: [], subject: "first", body: "" });
    expect(two).toEqual({
      commit: second,
      parents: [first],
      author: { name: "Ada Lovelace", email: "ada@example.org" },
      authoredAt: 1_795_262_400_000,
      subject: "more memory for mail",
      body: "it swapped\n\nsince Monday",
      signer: { name: "ada", key: ada.key, by: "ssh" },
    });
  });

  test("brings nothing when it is trusted already", async () => {
    const yard = await newYard();
    const head = await yard.commit();
    expect(await judge(yard, head, { from: head })).toEqual([]);
  });

  test("is judged only from the trusted commit on, so that older commits may be unsigned", async () => {
    const yard = await newYard();
    const old = await yard.commit();
    const head = await yard.commit({ by: ada });
    expect(await verdict(yard, head, { from: old })).toBe("ada");
    expect(await verdict(yard, head)).toBe(`UNSIGNED ${short(old)}`);
  });

  test.each([
    ["RSA", ["-t", "rsa", "-b", "2048"]],
    ["ECDSA", ["-t", "ecdsa"]],
  ])("may be signed with %s", async (_, kind) => {
    const yard = await newYard();
    const key = await shop.sshKey(`key-${kind[1]}`, kind);
    expect(await verdict(yard, await yard.commit({ by: key }), { machine: [key] })).toBe(key.name);
  });

  test("may be in a repository of SHA-256", async () => {
    const yard = await newYard("sha256");
    const first = await yard.commit({ by: ada });
    expect(first).toHaveLength(64);
    expect(await verdict(yard, await yard.commit({ by: ada }), { from: first })).toBe("ada");
    expect(await verdict(yard, await yard.commit({ by: eve }), { from: first })).toMatch(/^UNKNOWN_SIGNER/);
  });
});

describe("a head that nobody who may has signed", () => {
  test.each(["the last", "one in between"])("is refused when %s commit is unsigned", async (which) => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const unsigned = await yard.commit();
    const to = which === "the last" ? unsigned : await yard.commit({ by: ada });
    expect(await verdict(yard, to, { from })).toBe(`UNSIGNED ${short(unsigned)}`);
  });

  test("is refused when the key is not listed, although ssh-keygen calls the signature good", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const to = await yard.commit({ by: eve });
    const allowed = join(shop.directory, "only-ada");
    await writeFile(allowed, `ada ${ada.text}\n`);
    const { code, stderr } = await exec([
      "git",
      `--git-dir=${yard.path}`,
      "-c",
      `gpg.ssh.allowedSignersFile=${allowed}`,
      "verify-commit",
      to,
    ]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Good "git" signature with') });
    expect(await verdict(yard, to, { from })).toBe(`UNKNOWN_SIGNER ${short(to)}`);
  });

  test("is refused when it was changed after it was signed", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const signed = await yard.git(["cat-file", "commit", await yard.commit({ by: ada, message: "pay bob 10" })]);
    const forged = await yard.raw(signed.replace("pay bob 10", "pay eve 10"));
    expect(await verdict(yard, forged, { from })).toBe(`BAD_SIGNATURE ${short(forged)}`);
  });

  test("is refused when its signature was taken from another commit", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const signed = await yard.git(["cat-file", "commit", await yard.commit({ by: ada })]);
    const signature = /\ngpgsig [\s\S]*?-----END SSH SIGNATURE-----/.exec(signed)?.[0] ?? "";
    const unsigned = await yard.git(["cat-file", "commit", await yard.commit({ message: "other" })]);
    const forged = await yard.raw(unsigned.replace("\n\n", `${signature}\n\n`));
    expect(await verdict(yard, forged, { from })).toBe(`BAD_SIGNATURE ${short(forged)}`);
  });

  test("is refused when the signature was made for files and not for git", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const unsigned = await yard.git(["cat-file", "commit", await yard.commit({ message: "other" })]);
    const payload = join(shop.directory, "payload");
    await writeFile(payload, unsigned);
    await execOrFail(["ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", join(shop.directory, "ada.key"), payload]);
    const signature = ((await readIfThere(`${payload}.sig`)) ?? "").trim().replaceAll("\n", "\n ");
    const forged = await yard.raw(unsigned.replace("\n\n", `\ngpgsig ${signature}\n\n`));
    expect(await verdict(yard, forged, { from })).toMatch(/^(BAD_SIGNATURE|UNKNOWN_SIGNER)/);
  });

  test("is refused when its message claims what git prints for a good one", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const claim = `x\n\n${from}|G|${ada.key}|\ngpgsig Good "git" signature for ada with ED25519 key ${ada.key}`;
    const to = await yard.commit({ message: claim });
    expect(await verdict(yard, to, { from })).toBe(`UNSIGNED ${short(to)}`);
    const tree = await yard.git(["rev-parse", `${from}^{tree}`]);
    const nul = await yard.raw(
      `tree ${tree}parent ${from}\nauthor a\n|G|${ada.key}| <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nx\0${from}|G|${ada.key}|\n`,
    );
    expect(await verdict(yard, nul, { from })).toBe(`UNSIGNED ${short(nul)}`);
  });

  test("is refused when another commit is put in its place", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const unsigned = await yard.commit();
    const signed = await yard.commit({ by: ada, parents: [from] });
    await yard.git(["replace", unsigned, signed]);
    expect(await verdict(yard, unsigned, { from })).toBe(`UNSIGNED ${short(unsigned)}`);
  });

  test("is refused when a tool says good in so many words and ends with another code", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const signed = await yard.git(["cat-file", "commit", await yard.commit({ by: ada, message: "pay bob 10" })]);
    const forged = await yard.raw(signed.replace("pay bob 10", "pay eve 10"));
    const tools = join(shop.directory, "tools");
    await put(
      join(tools, "ssh-keygen"),
      `#!/bin/sh\n[ "$2" = verify ] || exec ${await realKeygen()} "$@"\ncat >/dev/null\necho 'Good "git" signature for ${ada.key} with ED25519 key ${ada.key}'\nexit 255\n`,
    );
    await chmod(join(tools, "ssh-keygen"), 0o755);
    vi.stubEnv("PATH", `${tools}:${process.env.PATH}`);
    try {
      expect(await verdict(yard, forged, { from })).toBe(`BAD_SIGNATURE ${short(forged)}`);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("is refused when only a tag on it is signed", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const to = await yard.commit();
    const config = ada.sign.flatMap(([key, value]) => ["-c", `${key}=${value}`]);
    await yard.git([...config, "tag", "-s", "-m", "release", "v1", to]);
    expect(await resolve(yard.path, "v1")).toBe(to);
    expect(await verdict(yard, to, { from })).toBe(`UNSIGNED ${short(to)}`);
  });

  test("is refused when nobody may sign at all, and says how somebody may", async () => {
    const yard = await newYard();
    const to = await yard.commit({ by: ada });
    expect(await verdict(yard, to, { machine: [] })).toBe("NO_SIGNERS");
  });

  test("is refused when its message is too long for those who look at it", async () => {
    const yard = await newYard();
    const tree = (await yard.git(["hash-object", "-w", "-t", "tree", "--stdin"], "")).trim();
    const to = await yard.raw(
      `tree ${tree}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\n${"x".repeat(2 ** 21)}`,
    );
    expect(await verdict(yard, to)).toBe(`COMMIT_TOO_LARGE`);
  });
});

describe("the list of signers", () => {
  test("of the site counts from the commit after it on: bob is added, and then signs", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    await yard.commit({ by: ada, files: listing(bob) });
    const to = await yard.commit({ by: bob });
    expect(await verdict(yard, to, { from })).toBe("ada bob");
    expect(await verdict(yard, to)).toBe("ada ada bob");
  });

  test("is not changed by somebody who is not on it", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const own = await yard.commit({ by: eve, files: listing(eve) });
    await yard.commit({ by: eve });
    expect(await verdict(yard, await yard.commit({ by: ada }), { from })).toBe(`UNKNOWN_SIGNER ${short(own)}`);
  });

  test("may be changed by somebody who is on the site's list only", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada, files: listing(bob) });
    await yard.commit({ by: bob, files: listing(bob, eve) });
    expect(await verdict(yard, await yard.commit({ by: eve }), { from })).toBe("bob eve");
  });

  test("lets nobody sign any more who was taken off, from the commit after that on", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada, files: listing(bob) });
    await yard.commit({ by: bob, files: listing() });
    const late = await yard.commit({ by: bob });
    expect(await verdict(yard, late, { from })).toBe(`UNKNOWN_SIGNER ${short(late)}`);
  });

  test("of the machine counts at once: whoever was taken off signs nothing new", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const to = await yard.commit({ by: ada });
    expect(await verdict(yard, to, { from, machine: [bob] })).toBe(`UNKNOWN_SIGNER ${short(to)}`);
  });

  test("is not read through a link, nor from a file of the same name elsewhere", async () => {
    const yard = await newYard();
    const blob = (await yard.git(["hash-object", "-w", "--stdin"], "secret-list")).trim();
    const real = (await yard.git(["hash-object", "-w", "--stdin"], listing(eve)["site.yaml"] ?? "")).trim();
    const tree = await yard.git(["mktree"], `120000 blob ${blob}\tsite.yaml\n100644 blob ${real}\tsecret-list\n`);
    const config = ada.sign.flatMap(([key, value]) => ["-c", `${key}=${value}`]);
    const from = (await yard.git([...config, "commit-tree", "-S", "-m", "x", tree.trim()])).trim();
    const to = await yard.commit({ by: eve, parents: [from] });
    expect(await verdict(yard, to, { from })).toBe(`UNKNOWN_SIGNER ${short(to)}`);
  });
});

describe("side branches", () => {
  test("are judged by the list before the merge that brings them in", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada, files: listing(bob) });
    const side = await yard.commit({ by: bob, parents: [from] });
    const main = await yard.commit({ by: ada, parents: [from] });
    const merge = await yard.commit({ by: ada, parents: [main, side] });
    expect(await verdict(yard, merge, { from })).toBe("ada bob ada");
  });

  test("bring nothing unsigned in behind a signed merge", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const side = await yard.commit({ parents: [from] });
    const main = await yard.commit({ by: ada, parents: [from] });
    const merge = await yard.commit({ by: ada, parents: [main, side] });
    expect(await verdict(yard, merge, { from })).toBe(`UNSIGNED ${short(side)}`);
  });

  test("let nobody sign who was added on them: only the branch's own line changes the list", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const adds = await yard.commit({ by: ada, parents: [from], files: listing(eve) });
    const side = await yard.commit({ by: eve, parents: [adds] });
    const merge = await yard.commit({ by: ada, parents: [from, side] });
    expect(await verdict(yard, merge, { from })).toBe(`UNKNOWN_SIGNER ${short(side)}`);
  });

  test("of which the branch itself became one are all judged by the list at the trusted commit", async () => {
    const yard = await newYard();
    const root = await yard.commit({ by: ada, parents: [] });
    const from = await yard.commit({ by: ada, parents: [root] });
    const own = await yard.commit({ by: ada, parents: [root], files: listing(eve) });
    const foxtrot = await yard.commit({ by: ada, parents: [own, from] });
    const after = await yard.commit({ by: eve, parents: [foxtrot] });
    expect(await verdict(yard, foxtrot, { from })).toBe("ada ada");
    expect(await verdict(yard, after, { from })).toBe(`UNKNOWN_SIGNER ${short(after)}`);
  });
});

describe("history that was wound back", () => {
  const heads: readonly (readonly [string, (yard: Yard, old: string) => Promise<string>])[] = [
    ["an older commit", async (_, old) => old],
    ["another branch", (yard, old) => yard.commit({ by: ada, parents: [old], message: "another" })],
    ["an unrelated history", (yard) => yard.commit({ by: ada, parents: [], message: "unrelated" })],
  ];

  test.each(heads)("is refused: %s", async (_, head) => {
    const yard = await newYard();
    const old = await yard.commit({ by: ada });
    const from = await yard.commit({ by: ada });
    expect(await verdict(yard, await head(yard, old), { from })).toBe("REWOUND");
  });
});

describe("OpenPGP", () => {
  test("signs like SSH, by the key's own user", async () => {
    const yard = await newYard();
    const grace = await shop.openPgpKey("grace");
    const from = await yard.commit({ by: ada });
    const to = await yard.commit({ by: grace });
    const both = await yard.commit({ by: ada });
    expect(await judge(yard, both, { from, machine: [ada, grace] })).toMatchObject([
      { commit: to, signer: { name: "grace <grace@example.org>", key: grace.key, by: "openpgp" } },
      { signer: { name: "ada" } },
    ]);
    expect(await verdict(yard, to, { from })).toBe(`UNKNOWN_SIGNER ${short(to)}`);
  });

  test("may sign by a subkey of the key that is listed", async () => {
    const yard = await newYard();
    const { key, sign } = await shop.openPgpKey("hedy");
    await shop.gpg("--quick-add-key", key, "ed25519", "sign", "never");
    const read = readAllowedKey(await shop.gpg("--armor", "--export", key));
    if (isKeyFault(read)) throw new Error(read.expected);
    const to = await yard.commit({ by: { ...read, sign } });
    expect(read.key).toBe(key);
    expect(await judge(yard, to, { machine: [read] })).toMatchObject([{ signer: { key } }]);
  });

  test("does not count any more when the key has expired, though it had not when it signed", async () => {
    const yard = await newYard();
    const old = await shop.openPgpKey("old", { made: "20200101T000000", lasts: "30d" });
    const to = await yard.commit({ by: old });
    expect(await verdict(yard, to, { machine: [old] })).toBe(`KEY_EXPIRED ${short(to)}`);
  });

  test("does not count when it was changed after it was signed", async () => {
    const yard = await newYard();
    const ivy = await shop.openPgpKey("ivy");
    const signed = await yard.git(["cat-file", "commit", await yard.commit({ by: ivy, message: "ten" })]);
    const forged = await yard.raw(signed.replace("\nten", "\nhundred"));
    expect(await verdict(yard, forged, { machine: [ivy] })).toBe(`BAD_SIGNATURE ${short(forged)}`);
  });

  test("keeps nobody else from signing when gpg cannot read somebody's key", async () => {
    const yard = await newYard();
    const text =
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEaAAAABYJKwYBBAHaRw8BAQdA\n-----END PGP PUBLIC KEY BLOCK-----";
    const broken: AllowedKey = { name: "jo", key: "F".repeat(40), by: "openpgp", text };
    const from = await yard.commit({ by: ada });
    expect(await verdict(yard, from, { machine: [ada, broken] })).toBe("ada");
    const to = await yard.commit({ by: eve });
    await expect(judge(yard, to, { from, machine: [ada, broken] })).rejects.toMatchObject({
      problem: { code: "UNKNOWN_SIGNER", detail: [expect.stringContaining("FFFF of jo")] },
    });
  });
});

describe("a repository with settings of somebody else", () => {
  test("has no say in who may sign, and starts none of its programs", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const trap = join(shop.directory, "trap");
    const sprung = join(shop.directory, "sprung");
    await put(
      trap,
      `#!/bin/sh\necho "$0 $*" >> ${sprung}\necho 'Good "git" signature for ada with ED25519 key ${ada.key}'\n`,
    );
    await chmod(trap, 0o755);
    const everyone = join(shop.directory, "everyone");
    await writeFile(everyone, `* ${eve.text}\n`);
    for (const [key, value] of [
      ["gpg.program", trap],
      ["gpg.openpgp.program", trap],
      ["gpg.ssh.program", trap],
      ["gpg.x509.program", trap],
      ["gpg.ssh.allowedSignersFile", everyone],
      ["core.fsmonitor", trap],
      ["core.hooksPath", shop.directory],
      ["core.pager", trap],
      ["pager.log", trap],
      ["core.alternateRefsCommand", trap],
      ["diff.external", trap],
      ["log.showSignature", "true"],
      ["alias.log", `!${trap}`],
      ["format.pretty", "%H|G"],
    ] as const)
      await yard.git(["config", key, value]);
    const to = await yard.commit({ by: { ...eve, sign: [...eve.sign, ["gpg.ssh.program", "ssh-keygen"]] } });
    expect(await verdict(yard, to, { from })).toBe(`UNKNOWN_SIGNER ${short(to)}`);
    const smime = (await yard.git(["cat-file", "commit", to])).replace(/SSH SIGNATURE/g, "SIGNED MESSAGE");
    expect(await verdict(yard, await yard.raw(smime), { from })).toMatch(/^UNSIGNED/);
    expect(await readIfThere(sprung)).toBeUndefined();
  });
});

describe("a push that is still in quarantine", () => {
  test("is judged by the objects that it brings", async () => {
    const yard = await newYard();
    const from = await yard.commit({ by: ada });
    const other = await newYard();
    await other.git(["fetch", "-q", yard.path, "main:main"]);
    const to = await other.commit({ by: ada });
    await expect(judge(yard, to, { from })).rejects.toThrow();
    const quarantine = {
      GIT_OBJECT_DIRECTORY: join(other.path, "objects"),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: join(yard.path, "objects"),
    };
    expect(await verdict(yard, to, { from, quarantine })).toBe("ada");
  });
});
