import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecResult } from "../../src/lib/exec.ts";
import type { TestPerson } from "./person.ts";
import type { SiteOfClients } from "./site.ts";
import { startXmpp, type XmppClient } from "./xmpp.ts";

/** Somebody at the door of a service of the example site. */
export type Account = {
  readonly service: string;
  readonly by: "password" | "key";
  /** Whether the service lets them in. Throws when it says neither yes nor no. */
  admits(person: TestPerson): Promise<boolean>;
  /** Leaves something of theirs there. */
  keep(person: TestPerson): Promise<void>;
  /** Whether it is there still, and they may have it. */
  has(person: TestPerson): Promise<boolean>;
};

/** The domain of a site, and ports of its front door. */
export type Doors = {
  readonly domain: string;
  readonly https: number;
  readonly imaps: number;
  readonly submissions: number;
};

/** Of the example site. */
const homeDoors: Doors = { domain: "home.localhost", https: 8443, imaps: 8993, submissions: 8465 };

/** The ways into the five services that know people. */
export function accounts(site: SiteOfClients, doors = homeDoors): readonly Account[] {
  const home = { ...site, ...doors };
  return [calendar(home), chat(home), git(home), mail(home), tasks(home)];
}

type Home = SiteOfClients & Doors;

/** The status of an HTTPS request, as somebody. */
async function statusOf(home: Home, person: TestPerson, words: readonly string[]): Promise<number> {
  const login = ["-u", `${person.name}:${person.password}`, "-o", "/dev/null", "-w", "%{http_code}"];
  return Number((await home.curl([...login, ...words])).stdout);
}

function answers(status: number, yes: readonly number[], no: readonly number[]): boolean {
  if (yes.includes(status)) return true;
  if (no.includes(status)) return false;
  throw new Error(`expected ${[...yes, ...no].join(" or ")}, got ${status}`);
}

function calendar(home: Home): Account {
  const at = (person: TestPerson, path = ""): string =>
    `https://calendar.${home.domain}:${home.https}/${person.name}/${path}`;
  const event = ["BEGIN:VEVENT", "UID:kept", "DTSTAMP:20260101T000000Z", "DTSTART:20260101T000000Z", "END:VEVENT"];
  const text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", ...event, "END:VCALENDAR", ""].join("\r\n");
  return {
    service: "calendar",
    by: "password",
    admits: async (person) => answers(await statusOf(home, person, ["-X", "PROPFIND", at(person)]), [207], [401]),
    keep: async (person) => {
      await statusOf(home, person, ["-X", "MKCALENDAR", at(person, "kept/")]);
      const put = [
        "-X",
        "PUT",
        "-H",
        "Content-Type: text/calendar",
        "--data-binary",
        text,
        at(person, "kept/kept.ics"),
      ];
      answers(await statusOf(home, person, put), [201], []);
    },
    has: async (person) => answers(await statusOf(home, person, [at(person, "kept/kept.ics")]), [200], [401, 403, 404]),
  };
}

function chat(home: Home): Account {
  const visit = async <T>(person: TestPerson, task: (client: XmppClient) => Promise<T>): Promise<T> => {
    const client = await startXmpp(home.machine, {
      ...{ jid: `${person.name}@${home.domain}`, password: person.password },
      ...{ host: home.machine.door, port: 5222, authority: home.authority },
    });
    try {
      return await task(client);
    } finally {
      await client.end();
    }
  };
  const text = "Kept for later";
  return {
    service: "chat",
    by: "password",
    admits: (person) =>
      visit(person, (client) =>
        Promise.any([client.told("session").then(() => true), client.told("refused").then(() => false)]),
      ),
    keep: (person) =>
      visit(person, async (client) => {
        await client.told("session");
        client.do("message", { to: `ben@${home.domain}`, body: text });
        await client.told("acknowledged", { body: text });
      }),
    has: (person) =>
      visit(person, async (client) => {
        await client.told("session");
        client.do("archive");
        return JSON.stringify(await client.told("archive")).includes(text);
      }),
  };
}

function git({ machine, domain }: Home): Account {
  const url = (person: TestPerson): string => `ssh://git@git.${domain}:2222/${person.name}/kept`;
  const run = (person: TestPerson, words: readonly string[], cwd = machine.disk): Promise<ExecResult> => {
    const options = ["IdentitiesOnly=yes", "BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null"];
    const ssh = ["ssh", "-F", "none", "-i", person.keyFile, ...options.map((each) => `-o${each}`)].join(" ");
    return machine.exec(["git", ...words], { cwd, env: { GIT_SSH_COMMAND: ssh } });
  };
  return {
    service: "git",
    by: "key",
    admits: async (person) => {
      const { stderr } = await run(person, ["ls-remote", url(person)]);
      return !stderr.includes("Permission denied (publickey)");
    },
    keep: async (person) => {
      const work = join(machine.disk, "kept");
      const identity = ["-c", "user.name=test", "-c", `user.email=test@${domain}`];
      await run(person, ["init", "-q", "-b", "main", work]);
      await run(person, [...identity, "commit", "--allow-empty", "-qm", "Kept"], work);
      const { code, stderr } = await run(person, ["push", "-q", url(person), "main"], work);
      if (code !== 0) throw new Error(`git push ended with ${code}: ${stderr}`);
    },
    has: async (person) => {
      const again = join(machine.disk, "kept-again");
      await rm(again, { recursive: true, force: true });
      return (await run(person, ["clone", "-q", url(person), again])).code === 0;
    },
  };
}

/** What curl ends with when a server lets nobody in (curl(1), exit codes). */
const loginDenied = 67;

function mail(home: Home): Account {
  const inbox = async (person: TestPerson, command: string): Promise<ExecResult> => {
    const login = ["-u", `${person.name}:${person.password}`];
    const answer = await home.curl([...login, `imaps://mail.${home.domain}:${home.imaps}/INBOX`, "-X", command]);
    if (answer.code !== 0 && answer.code !== loginDenied)
      throw new Error(`curl ended with ${answer.code}: ${answer.stderr}`);
    return answer;
  };
  const has = async (person: TestPerson): Promise<boolean> =>
    / \d/.test((await inbox(person, "SEARCH SUBJECT kept")).stdout.replace("* SEARCH", ""));
  return {
    service: "mail",
    by: "password",
    admits: async (person) => (await inbox(person, "NOOP")).code === 0,
    keep: async (person) => {
      const address = `${person.name}@${home.domain}`;
      const file = join(home.machine.disk, "message");
      const head = [`From: ${address}`, `To: ${address}`, "Subject: kept", `Date: ${new Date().toUTCString()}`];
      await writeFile(file, [...head, `Message-Id: <kept@${home.domain}>`, "", "For later.", ""].join("\r\n"));
      const ways = ["--mail-from", address, "--mail-rcpt", address, "-T", file];
      const url = `smtps://mail.${home.domain}:${home.submissions}/laptop.${home.domain}`;
      const { code, stderr } = await home.curl(["-u", `${person.name}:${person.password}`, ...ways, url]);
      if (code !== 0) throw new Error(`curl ended with ${code}: ${stderr}`);
    },
    has,
  };
}

function tasks(home: Home): Account {
  const first = "00000000-0000-0000-0000-000000000000";
  const ask = (person: TestPerson, words: readonly string[], path: string): Promise<number> => {
    const device =
      person.name === "ada" ? "8f2b1c9a-1111-4222-8333-444455556666" : "b6f2c1d4-5555-4666-8777-888899990000";
    const url = `https://tasks.${home.domain}:${home.https}/v1/client/${path}/${first}`;
    return statusOf(home, person, ["-H", `X-Client-Id: ${device}`, ...words, url]);
  };
  return {
    service: "tasks",
    by: "password",
    admits: async (person) => answers(await ask(person, [], "get-child-version"), [200, 404], [401]),
    keep: async (person) => {
      const type = "Content-Type: application/vnd.taskchampion.history-segment";
      answers(await ask(person, ["-H", type, "--data-binary", "sealed"], "add-version"), [200], []);
    },
    has: async (person) => answers(await ask(person, [], "get-child-version"), [200], [401, 404]),
  };
}
