import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createMail, type MailWorld } from "./mail.ts";
import { peopleYaml } from "./person.ts";

/** The containers of a site with all six services and the front door. */
export const containersOfSix = [
  "lab.blog",
  "lab.calendar",
  "lab.chat",
  "lab.front.haproxy",
  "lab.git",
  "lab.mail.filter",
  "lab.mail.imap",
  "lab.mail.smtp",
  "lab.mail.store",
  "lab.tasks.champion",
  "lab.tasks.taskd",
] as const;

/** Adds the five services that a site with mail lacks for all six, as a person does, and brings them up. */
export async function createSix(): Promise<MailWorld> {
  const mail = await createMail();
  const { site } = mail;
  const names = ["blog", "calendar", "chat", "git", "tasks"];
  for (const name of names) await site.must(["add", name]);
  const hosts = [...names, "mail"].map((name) => `${name}.example.org`).join(" ");
  const file = join(site.machine.disk, "etc/hosts");
  await writeFile(file, `${await readFile(file, "utf8")}127.0.0.1 example.org ${hosts}\n`);
  await site.write({ "people.yaml": peopleYaml([site.ada, site.ben]) });
  await site.mustUp();
  return mail;
}
