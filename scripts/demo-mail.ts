import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { curl, type Visit, wrong } from "./demo-visit.ts";

const inbox = "imaps://mail.home.localhost:8993/INBOX";

/** Ada writes to Ben over TLS with her password; he reads it with his, and nobody without one. Problem: `DEMO_CHECK`. */
export async function checkMail(visit: Visit): Promise<void> {
  const id = `${randomUUID()}@home.localhost`;
  const from = "ada@home.localhost";
  const to = "ben@home.localhost";
  const head = [`From: Ada <${from}>`, `To: Ben <${to}>`, "Subject: Hello", `Message-Id: <${id}>`];
  const text = [...head, `Date: ${new Date().toUTCString()}`, "", "Sent by npm run demo.", ""].join("\r\n");
  const send = [
    "--mail-from",
    from,
    "--mail-rcpt",
    to,
    "-T",
    "-",
    "smtps://mail.home.localhost:8465/laptop.home.localhost",
  ];
  const sent = await curl(visit, ["-u", "ada:demo", ...send], text);
  if (sent.code !== 0) wrong("mail", "mail to take a message from ada", sent);

  const refused = await curl(visit, ["-u", "ben:wrong", inbox, "-X", "NOOP"]);
  if (refused.code !== loginDenied) wrong("mail", "mail to refuse a wrong password", refused);

  const end = Date.now() + 20_000;
  for (;;) {
    const found = await curl(visit, ["-u", "ben:demo", inbox, "-X", `SEARCH HEADER Message-Id ${id}`]);
    if (/SEARCH \d/.test(found.stdout)) return;
    if (found.code !== 0 || Date.now() > end) wrong("mail", "ben to find ada's message", found);
    await delay(200);
  }
}

/** What curl ends with when a server does not let somebody in (curl(1), exit codes). */
const loginDenied = 67;
