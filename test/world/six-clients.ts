import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readInbox } from "./imap.ts";
import { addresses } from "./network.ts";
import type { SiteOfClients, TestSite } from "./site.ts";
import { type Device, makeDevice, type Taskwarrior, taskwarrior2, taskwarrior3 } from "./taskwarrior.ts";
import type { Client } from "./traffic.ts";
import { startXmpp, type XmppClient } from "./xmpp.ts";

/** A client for each service that keeps something, all of ada's; those for git and tasks need `up` to have been made. */
export async function clientsOfSix(site: TestSite): Promise<readonly Client[]> {
  return [mailClient(site), ...(await clientsOfFive(site))];
}

/** The same without mail, wherever the site runs. */
export async function clientsOfFive(site: SiteOfClients): Promise<readonly Client[]> {
  const three = await taskwarrior3();
  return [
    calendarClient(site),
    chatClient(site),
    await gitClient(site),
    tasksClient("champion", (name) => champion(site, three, name)),
    tasksClient("taskd", (name) => classic(site, name)),
  ];
}

/** Another mail server, which sends to ada. */
export function mailClient(site: TestSite): Client {
  const url = `smtp://${addresses.machine}:25/mx.elsewhere.example`;
  const envelope = ["--mail-from", "joe@elsewhere.example", "--mail-rcpt", "ada@example.org"];
  return {
    name: "mail",
    offer: async (label) => {
      const letter = `From: Joe <joe@elsewhere.example>\r\nTo: ada@example.org\r\nSubject: A letter\r\nDate: Sat, 21 Nov 2026 07:00:00 +0000\r\nMessage-ID: <${label}@elsewhere.example>\r\nX-Label: ${label}\r\n\r\nSome words to read.\r\n`;
      const words = ["-sS", "--max-time", "15", "--interface", addresses.internet, ...envelope, "-T", "-", url];
      const { code, stderr } = await site.machine.outside(["curl", ...words], { input: letter });
      return accepted(code, stderr);
    },
    held: async () => (await readInbox(site, site.ada, "X-Label")).values,
  };
}

function calendarClient(site: SiteOfClients): Client {
  const url = "https://calendar.example.org/ada/calendar/";
  const login = ["-u", `ada:${site.ada.password}`, "--max-time", "15"];
  return {
    name: "calendar",
    offer: async (label) => {
      const words = ["-X", "PUT", "--data-binary", "@-", "-H", "Content-Type: text/calendar", "-f", "-o", "/dev/null"];
      const { code, stderr } = await site.curl([...login, ...words, `${url}${label}.ics`], { input: event(label) });
      return accepted(code, stderr);
    },
    held: async () => {
      const { stdout } = await site.curl([...login, "-X", "PROPFIND", "-H", "Depth: 1", "-f", url]);
      return [...stdout.matchAll(/\/(calendar-\d+)\.ics</g)].map(([, label = ""]) => label);
    },
  };
}

function event(uid: string): string {
  const when = ["DTSTAMP:20260101T000000Z", "DTSTART:20260102T100000Z"];
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", `UID:${uid}`, ...when];
  return `${[...lines, `SUMMARY:${uid}`, "END:VEVENT", "END:VCALENDAR"].join("\r\n")}\r\n`;
}

/** ada's program, which writes to ben, who is never there. */
function chatClient(site: SiteOfClients): Client {
  const connect = async (): Promise<XmppClient> => {
    const client = await startXmpp(site.machine, {
      ...{ jid: "ada@example.org", password: site.ada.password, authority: site.authority },
      ...{ host: site.machine.door, port: 5222 },
    });
    return client.told("session", {}, 10_000).then(
      () => client,
      (thrown: unknown) => {
        void client.end();
        throw thrown;
      },
    );
  };
  let open: XmppClient | undefined;
  return {
    name: "chat",
    offer: async (label) => {
      open ??= await connect();
      open.do("message", { to: "ben@example.org", body: label });
      try {
        await open.told("acknowledged", { body: label }, 3000);
        return true;
      } catch (thrown) {
        void open.end();
        open = undefined;
        throw thrown;
      }
    },
    held: async () => {
      const client = await connect();
      client.do("archive");
      const { messages } = await client.told("archive", {}, 60_000);
      await client.end();
      return [...JSON.stringify(messages).matchAll(/"(chat-\d+)"/g)].map(([, label = ""]) => label);
    },
  };
}

async function gitClient(site: SiteOfClients): Promise<Client> {
  const { machine, ada } = site;
  const known = join(machine.disk, "devices/known_hosts");
  const ssh = `ssh -F none -i ${ada.keyFile} -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=10 -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=${known}`;
  const server = "ssh://git@git.example.org:2222/ada/diary";
  const here = join(machine.disk, "diary");
  const git = (words: readonly string[], cwd = here) =>
    machine.exec(["git", "-c", "user.name=ada", "-c", "user.email=ada@example.org", ...words], {
      cwd,
      env: { GIT_SSH_COMMAND: ssh },
      timeout: 30_000,
    });
  await mkdir(here, { recursive: true });
  await git(["init", "-q", "-b", "main"]);
  const committed = new Set<string>();
  return {
    name: "git",
    offer: async (label) => {
      if (!committed.has(label)) await git(["commit", "-q", "--allow-empty", "-m", label]);
      committed.add(label);
      const { code, stderr } = await git(["push", "-q", server, "main"]);
      return accepted(code, stderr);
    },
    held: async () => {
      const copy = join(machine.disk, "diary-again");
      await machine.exec(["rm", "-rf", copy]);
      await git(["clone", "-q", server, copy], machine.disk);
      return (await git(["log", "--format=%s"], copy)).stdout.trim().split("\n");
    },
  };
}

/** Tasks of one device; another one of the same person shows what the server has. */
function tasksClient(name: string, make: (device: string) => Promise<Device>): Client {
  const added = new Set<string>();
  let device: Device | undefined;
  let others = 0;
  return {
    name,
    offer: async (label) => {
      device ??= await make(`${name}-phone`);
      if (!added.has(label)) await device.must(["add", label]);
      added.add(label);
      const { code, stderr } = await device.task(["sync"]);
      return accepted(code, stderr);
    },
    held: async () => {
      others += 1;
      const other = await make(`${name}-other-${others}`);
      await other.must(["sync"]);
      return other.pending();
    },
  };
}

function champion(site: SiteOfClients, program: Taskwarrior, name: string): Promise<Device> {
  const settings = {
    "sync.server.url": `https://ada:${encodeURIComponent(site.ada.password)}@tasks.example.org/`,
    "sync.server.client_id": "8f2b1c9a-1111-4222-8333-444455556666",
    "sync.encryption_secret": "known to the devices alone",
  };
  return makeDevice({ machine: site.machine, name, program, settings, env: { SSL_CERT_FILE: site.authority } });
}

async function classic(site: SiteOfClients, name: string): Promise<Device> {
  const lines = await site.must(["exec", "tasks/taskd", "--", "credentials", "ada"]);
  const own = join(site.machine.disk, `${name}.pem`);
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=own", "-keyout", own] as const;
  const { stdout } = await site.machine.exec(["openssl", ...request]);
  const key = await site.machine.exec(["cat", own]);
  await writeFile(own, `${key.stdout}${stdout}`);
  const given = lines.matchAll(/^(taskd\.(?:server|credentials))=(.*)$/gm);
  const files = { "taskd.certificate": own, "taskd.key": own, "taskd.ca": site.authority, "taskd.trust": "strict" };
  const settings = { ...files, ...Object.fromEntries([...given].map(([, key, value]) => [key, value])) };
  return makeDevice({ machine: site.machine, name, program: taskwarrior2, settings });
}

/** Whether a program's exit code says that it went well; what it said instead is thrown, for whoever waits in vain. */
function accepted(code: number, complaint: string): true {
  if (code === 0) return true;
  throw new Error(`ended with ${code}: ${complaint.trim().slice(-300)}`);
}
