import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecResult } from "../../src/lib/exec.ts";
import type { Machine } from "./machine.ts";
import { printedRecords, quietNameServer } from "./name-server.ts";
import { addresses } from "./network.ts";
import type { TestPerson } from "./person.ts";
import { createLab, type TestSite } from "./site.ts";
import { eventually } from "./wait.ts";

/** What stands outside: another mail server with a name, and a name server that knows it and the site. */
const elsewhere = { name: "mx.elsewhere.example", domain: "elsewhere.example", address: addresses.internet } as const;
const nameServer = "198.51.100.53";

/** A site `example.org` with mail, and a mail server outside that is not ours. */
export type MailWorld = {
  readonly site: TestSite;
  readonly machine: Machine;
  /** Writes people.yaml: ada (two addresses, family), ben (family), and whoever else is given; then `up`. */
  people(people: readonly TestPerson[], more?: Readonly<Record<string, readonly string[]>>): Promise<void>;
  /** swaks on another machine, from 198.51.100.7 unless told otherwise, to a port of ours; resolves also when the server refuses. */
  swaks(port: number, words: readonly string[]): Promise<ExecResult>;
  /** The words with which swaks logs in as a person and sends from an address. */
  as(person: TestPerson, from?: string): readonly string[];
  /** The texts of a person's messages in a folder, over IMAP with TLS from outside. */
  mailbox(person: TestPerson, folder?: string): Promise<readonly string[]>;
  /** Waits for a message that has this text. */
  arrived(person: TestPerson, text: string, folder?: string): Promise<string>;
  /** curl from outside, which trusts the site's authority alone; `mail.example.org` is the machine. */
  curl(words: readonly string[]): Promise<ExecResult>;
  /** Waits for a message at the server outside that has this text. */
  received(text: string): Promise<string>;
  /** How many messages outside have this text. */
  countReceived(text: string): Promise<number>;
  log(part: "smtp" | "imap" | "filter"): Promise<string>;
};

/** Makes it and waits until everything answers. */
export async function createMail(files: Readonly<Record<string, string>> = {}): Promise<MailWorld> {
  const site = await createLab({ "site.yaml": "name: lab\ndomain: example.org\n", ...files });
  const { machine } = site;
  await site.must(["add", "mail"]);
  const outside = join(machine.disk, "outside");
  for (const name of ["new", "cur", "tmp"]) await mkdir(join(outside, "mail", name), { recursive: true });
  await machine.outside(["ip", "address", "add", `${nameServer}/32`, "dev", "lo"]);
  const server = ["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Mailbox", join(outside, "mail")];
  for (const child of [
    machine.startOutside(["dnsmasq", ...(await zone(site))]),
    machine.startOutside(["/usr/bin/python3", ...server, "-l", `${elsewhere.address}:25`]),
  ]) {
    child.stdout?.resume();
    child.stderr?.resume();
  }
  await writeFile(join(machine.disk, "etc/resolv.conf"), `nameserver ${nameServer}\n`);

  const receivedTexts = async (): Promise<readonly string[]> => {
    const names = await readdir(join(outside, "mail/new"));
    return Promise.all(names.map((name) => readFile(join(outside, "mail/new", name), "utf8")));
  };
  const curl: MailWorld["curl"] = (words) =>
    machine.outside(["curl", "-sS", "--cacert", site.authority, "--connect-to", `::${addresses.machine}:`, ...words]);
  const world: MailWorld = {
    site,
    machine,
    people: async (people, more = {}) => {
      const mail = { ada: ["ada@example.org", "lovelace@example.org"], ...more };
      await site.write({ "people.yaml": peopleYaml(people, mail) });
      await site.mustUp();
    },
    swaks: (port, words) =>
      machine.outside(
        [
          "swaks",
          "--server",
          addresses.machine,
          "--port",
          `${port}`,
          "--local-interface",
          elsewhere.address,
          ...["--helo", elsewhere.name],
          ...words,
        ],
        { timeout: 120_000 },
      ),
    as: (person, from = `${person.name}@example.org`) => [
      ...["--auth", "PLAIN", "--auth-user", person.name, "--auth-password", person.password, "--from", from],
      ...["--tls-verify", "--tls-ca-path", site.authority],
    ],
    mailbox: async (person, folder = "INBOX") => {
      const login = ["-u", `${person.name}:${person.password}`];
      const { code, stdout, stderr } = await curl([...login, `imaps://mail.example.org/${folder}`, "-X", "SEARCH ALL"]);
      if (code !== 0) throw new Error(`curl ended with ${code}: ${stderr}`);
      const numbers = stdout.trim().split(" ").slice(2);
      const texts = numbers.map((n) => curl([...login, `imaps://mail.example.org/${folder};MAILINDEX=${n}`]));
      return (await Promise.all(texts)).map((answer) => answer.stdout);
    },
    arrived: (person, text, folder) =>
      eventually(
        `"${text}" in ${person.name}'s ${folder ?? "INBOX"}`,
        async () => {
          // A login may still be refused while a change of the people is on its way.
          const messages = await world.mailbox(person, folder).catch(() => []);
          return messages.find((message) => message.includes(text));
        },
        60_000,
      ),
    curl,
    received: (text) =>
      eventually(
        `"${text}" outside`,
        async () => (await receivedTexts()).find((message) => message.includes(text)),
        60_000,
      ),
    countReceived: async (text) => (await receivedTexts()).filter((message) => message.includes(text)).length,
    log: async (part) => {
      const printed = await site.must(["logs", "mail", "--json", "--tail", "5000"]);
      const lines: { part: string; text: string }[] = printed
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      return lines.flatMap((line) => (line.part === part ? [line.text] : [])).join("\n");
    },
  };
  await world.people([site.ada, site.ben]);
  return world;
}

function peopleYaml(people: readonly TestPerson[], mail: Readonly<Record<string, readonly string[]>>): string {
  const list = (names: readonly string[] | undefined): string =>
    names === undefined ? "" : `  mail: [${names.join(", ")}]\n`;
  return people
    .map(({ name, hash }) => `${name}:\n  groups: [family]\n${list(mail[name])}  password: "${hash}"\n`)
    .join("");
}

/** dnsmasq's words for what the world knows: the server outside, and the site's records as `freehold dns` prints them. */
async function zone(site: TestSite): Promise<readonly string[]> {
  const printed = await site.must(["dns", "mail"]);
  const records = printedRecords(printed).flatMap(({ name, type, value }) => record(name, type, value));
  return [
    ...[...quietNameServer, `--listen-address=${nameServer}`, "--interface=lo"],
    `--host-record=${elsewhere.name},${elsewhere.address}`,
    `--host-record=${elsewhere.domain},198.51.100.8`,
    `--mx-host=${elsewhere.domain},${elsewhere.name},10`,
    `--txt-record=${elsewhere.domain},v=spf1 ip4:${elsewhere.address} -all`,
    "--host-record=plain.example,198.51.100.9",
    `--host-record=mail.example.org,${addresses.machine}`,
    ...records,
  ];
}

function record(name: string, type: string, value: string): readonly string[] {
  if (type === "MX") {
    const [preference = "", host = ""] = value.split(/\s+/);
    return [`--mx-host=${name},${host.replace(/\.$/, "")},${preference}`];
  }
  if (type === "TXT") {
    const strings = [...value.matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text);
    return [`--txt-record=${name},${strings.join(",")}`];
  }
  return [];
}
