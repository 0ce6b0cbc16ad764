import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ExecResult, exec, execOrFail } from "../src/lib/exec.ts";
import { writeAtomically } from "../src/lib/fs.ts";
import { fail } from "../src/lib/problem.ts";
import { demoKey } from "./demo-key.ts";

type Words = readonly [string, ...string[]];

/** What every check has: the checkout, a directory for the length of the check, and the authority's certificate in it. */
type Visit = { readonly checkout: string; readonly scratch: string; readonly authority: string };

/**
 * Visits the example site with curl, git and ssh. `passed` gets a sentence for each thing that holds. Leaves Ada's key in
 * `.demo/ada.key` for the person. Problem: `DEMO_CHECK`, with what the program said.
 */
export async function checkSite(checkout: string, passed: (sentence: string) => void): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), "freehold-demo-"));
  try {
    const authority = join(scratch, "authority.pem");
    const freehold: Words = [
      join(checkout, "bin/freehold"),
      "trust",
      "--pem",
      "--site",
      join(checkout, "examples/home"),
    ];
    await writeFile(authority, await execOrFail(freehold));
    const visit: Visit = { checkout, scratch, authority };
    const pass = (sentence: string) => (): void => passed(sentence);
    await Promise.all([
      checkBlog(visit).then(pass("the blog answers with its page, and its certificate is valid")),
      checkCalendar(visit).then(pass("the calendar lets Ada in with her password, and nobody without one")),
      checkGit(visit).then(pass("git takes a push with Ada's key and gives it back; another key is refused")),
    ]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function checkBlog(visit: Visit): Promise<void> {
  const page = await curl(visit, "blog", []);
  const expected = await readFile(join(visit.checkout, "examples/home/static/blog/index.html"), "utf8");
  if (page.code !== 0 || page.stdout !== expected) wrong("blog", "the page static/blog/index.html from the blog", page);
}

async function checkCalendar(visit: Visit): Promise<void> {
  const status = ["-o", "/dev/null", "-w", "%{http_code}", "-X", "PROPFIND"];
  const asAda = await curl(visit, "calendar", [...status, "-u", "ada:demo"], "ada/");
  if (asAda.stdout !== "207") wrong("calendar", "207 for ada with her password from the calendar", asAda);
  const asNobody = await curl(visit, "calendar", status, "ada/");
  if (asNobody.stdout !== "401") wrong("calendar", "401 without a password from the calendar", asNobody);
}

async function checkGit({ checkout, scratch }: Visit): Promise<void> {
  const directory = join(checkout, ".demo");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const key = join(directory, "ada.key");
  await writeAtomically(key, demoKey().pem, 0o600);
  const other = join(scratch, "other.key");
  await execOrFail(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", other]);

  const url = "ssh://git@localhost:2222/ada/demo";
  const work = join(scratch, "work");
  await makeCommit(work);
  const push = await git(scratch, key, ["-C", work, "push", "-q", url, "main"]);
  if (push.code !== 0) wrong("git", "git to take a push with Ada's key", push);
  const clone = await git(scratch, key, ["clone", "-q", url, join(scratch, "again")]);
  if (clone.code !== 0) wrong("git", "git to give a clone to Ada's key", clone);
  const refused = await git(scratch, other, ["ls-remote", url]);
  if (!refused.stderr.includes("Permission denied (publickey)")) wrong("git", "git to refuse another key", refused);
}

/** A commit that is the same at each run, so that pushing it again changes nothing. */
async function makeCommit(directory: string): Promise<void> {
  const when = "2026-01-01T00:00:00Z";
  const who = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@home.localhost", GIT_AUTHOR_DATE: when };
  const committer = { GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@home.localhost", GIT_COMMITTER_DATE: when };
  const env = { ...process.env, ...plainGit, ...who, ...committer };
  await execOrFail(["git", "init", "-q", "-b", "main", directory], { env });
  await writeFile(join(directory, "README"), "Pushed by npm run demo.\n");
  await execOrFail(["git", "-C", directory, "add", "README"], { env });
  await execOrFail(["git", "-C", directory, "commit", "-qm", "Hello"], { env });
}

/** Nothing of the person's own settings. */
const plainGit = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", GIT_TERMINAL_PROMPT: "0" };

function git(scratch: string, key: string, words: readonly string[]): Promise<ExecResult> {
  const known = join(scratch, "known_hosts");
  const options = ["IdentitiesOnly=yes", "IdentityAgent=none", "BatchMode=yes", "StrictHostKeyChecking=accept-new"];
  const ssh = [
    "ssh",
    "-F",
    "none",
    "-i",
    `'${key}'`,
    ...[...options, `UserKnownHostsFile='${known}'`].map((each) => `-o ${each}`),
  ];
  return exec(["git", ...words], { env: { ...process.env, ...plainGit, GIT_SSH_COMMAND: ssh.join(" ") } });
}

function curl({ authority }: Visit, service: string, words: readonly string[], path = ""): Promise<ExecResult> {
  const url = `https://${service}.home.localhost:8443/${path}`;
  return exec(["curl", "-q", "-sS", "--noproxy", "*", "--max-time", "20", "--cacert", authority, ...words, url]);
}

function wrong(service: string, expected: string, { code, stdout, stderr }: ExecResult): never {
  const words = (stderr.trim() || stdout.trim()).split("\n").slice(-8);
  fail("DEMO_CHECK", `expected ${expected}, got ${words.at(-1) || `code ${code}`}`, {
    detail: words,
    hint: `bin/freehold logs ${service} --site examples/home`,
  });
}
