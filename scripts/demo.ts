// Pushes the example site to this machine, checks it through the front door with programs that are not freehold's, and says what to do next.
import { join, resolve } from "node:path";
import { execInherited } from "../src/lib/exec.ts";
import { problemOf } from "../src/lib/problem.ts";
import { checkSite } from "./demo-check.ts";
import { demoSite, makeDemoSite } from "./demo-site.ts";

const checkout = resolve(import.meta.dirname, "..");

const summary = `
  https://blog.home.localhost:8443       a blog, from ${demoSite}/static/blog
  https://calendar.home.localhost:8443   calendars and contacts: log in as ada, password demo
  mail.home.localhost                    mail: IMAP 8993 and SMTP 8465, both with TLS, as ada or ben
  ada@home.localhost                     chat (XMPP): port 5222 of this machine
  https://tasks.home.localhost:8443      to-do lists, for Taskwarrior: docs/guides/tasks.md
  ssh://git@localhost:2222/ada/notes     git: made by your first push, with the demo's key:
      export GIT_SSH_COMMAND="ssh -i $PWD/.demo/ada.key"

Browsers on this machine resolve these names by themselves, and trust them after
  bin/freehold trust --site ${demoSite}   which says how

next: cd ${demoSite}, change services/blog.yaml or a page, then
  ../../bin/freehold check               is every file right?
  ../../bin/freehold plan                what would change?
  git commit -a -m "why"                 say so, signed
  git push home main                     do it
  ../../bin/freehold history             who changed what, and why
  ../../bin/freehold down                stop everything; data is kept
`;

/** Ends with the program's exit code: freehold's own when it could not bring the site up, 1 when a check failed. */
async function demo(): Promise<number> {
  process.stdout.write(
    `${demoSite} is a copy of examples/home and a git repository; this is its push to this machine:\n\n`,
  );
  await makeDemoSite(checkout);
  const pushed = await execInherited(["git", "-C", join(checkout, demoSite), "push", "home", "main"]);
  if (pushed !== 0) return pushed;
  // What was pushed before and taken down since comes back by this; what runs stays as it is.
  const code = await execInherited([join(checkout, "bin/freehold"), "up", "--yes", "--site-name", "home"]);
  if (code !== 0) return code;
  process.stdout.write("\nchecking it as a visitor would:\n\n");
  await checkSite(checkout, (line) => process.stdout.write(`  ✔ ${line}\n`));
  process.stdout.write(summary);
  return 0;
}

try {
  process.exitCode = await demo();
} catch (thrown) {
  const { message, hint, detail = [] } = problemOf(thrown);
  process.stderr.write(
    [`error: ${message}`, ...detail.map((line) => `    ${line}`), `hint: ${hint ?? ""}`, ""].join("\n"),
  );
  process.exitCode = 1;
}
