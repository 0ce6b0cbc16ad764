import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ExecResult, exec, execOrFail } from "../src/lib/exec.ts";
import { writeAtomically } from "../src/lib/fs.ts";
import { logIn } from "./demo-chat.ts";
import { demoKey } from "./demo-key.ts";
import { checkMail } from "./demo-mail.ts";
import { demoSite } from "./demo-site.ts";
import { browse, type Visit, wrong } from "./demo-visit.ts";

type Words = readonly [string, ...string[]];

/**
 * Visits the example site with curl, git, ssh, and as a chat program does. `passed` gets a sentence for each thing that holds. Leaves Ada's key in
 * `.demo/ada.key` for the person. Problem: `DEMO_CHECK`, with what the program said.
 */
export async function checkSite(checkout: string, passed: (sentence: string) => void): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), "freehold-demo-"));
  try {
    const authority = join(scratch, "authority.pem");
    const freehold: Words = [join(checkout, "bin/freehold"), "trust", "--pem", "--site", join(checkout, demoSite)];
    await writeFile(authority, await execOrFail(freehold));
    const visit: Visit = { checkout, scratch, authority };
    const pass = (sentence: string) => (): void => passed(sentence);
    await Promise.all([
      checkBlog(visit).then(pass("the blog answers with its page, and its certificate is valid")),
      checkCalendar(visit).then(pass("the calendar lets Ada in with her password, and nobody without one")),
      checkChat(visit).then(pass("chat lets Ada in with her password, over TLS, and nobody with another one")),
      checkMail(visit).then(pass("mail from Ada reaches Ben; a wrong password is refused")),
      checkTasks(visit).then(pass("the tasks' server knows Ada by her password, and nobody without one")),
      checkGit(visit).then(pass("git takes a push with Ada's key and gives it back; another key is refused")),
    ]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function checkBlog(visit: Visit): Promise<void> {
  const page = await browse(visit, "blog", []);
  const expected = await readFile(join(visit.checkout, demoSite, "static/blog/index.html"), "utf8");
  if (page.code !== 0 || page.stdout !== expected) wrong("blog", "the page static/blog/index.html from the blog", page);
}

async function checkCalendar(visit: Visit): Promise<void> {
  const status = ["-o", "/dev/null", "-w", "%{http_code}", "-X", "PROPFIND"];
  const asAda = await browse(visit, "calendar", [...status, "-u", "ada:demo"], "ada/");
  if (asAda.stdout !== "207") wrong("calendar", "207 for ada with her password from the calendar", asAda);
  const asNobody = await browse(visit, "calendar", status, "ada/");
  if (asNobody.stdout !== "401") wrong("calendar", "401 without a password from the calendar", asNobody);
}

async function checkChat(visit: Visit): Promise<void> {
  const authority = await readFile(visit.authority, "utf8");
  const login = { domain: "home.localhost", port: 5222, name: "ada", authority };
  for (const [password, expected] of [
    ["demo", "success"],
    ["wrong", "failure"],
  ] as const) {
    const came = await logIn({ ...login, password });
    if (came !== expected)
      wrong("chat", `${expected} for the password "${password}" from chat`, { code: 1, stdout: came, stderr: "" });
  }
}

/** Asks for the history of a device that never was: with a password the answer is that there is none. */
async function checkTasks(visit: Visit): Promise<void> {
  const device = ["-H", "X-Client-Id: 00000000-0000-4000-8000-000000000000"];
  const status = [...device, "-o", "/dev/null", "-w", "%{http_code}"];
  const path = "v1/client/get-child-version/00000000-0000-0000-0000-000000000000";
  const asAda = await browse(visit, "tasks", [...status, "-u", "ada:demo"], path);
  if (asAda.stdout !== "404") wrong("tasks", "404 for ada, who has no tasks yet, from tasks", asAda);
  const asNobody = await browse(visit, "tasks", status, path);
  if (asNobody.stdout !== "401") wrong("tasks", "401 without a password from tasks", asNobody);
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
