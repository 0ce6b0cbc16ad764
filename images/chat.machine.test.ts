import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeAuthority, type TestAuthority } from "../test/world/authority.ts";
import { endMachines, type Running } from "../test/world/machine.ts";
import { addresses } from "../test/world/network.ts";
import { makePerson, type TestPerson } from "../test/world/person.ts";
import { eventually } from "../test/world/wait.ts";
import { startXmpp, type XmppClient, type XmppOptions } from "../test/world/xmpp.ts";
import { type Bench, createBench, type RunningImage, startImage, switchVersion } from "./running-image.ts";

const domain = "example.org";
const names = [domain, ...["chat", "conference", "pubsub", "upload"].map((name) => `${name}.${domain}`)];

let bench: Bench;
let chat: RunningImage;
let authority: TestAuthority;
let people: string;
let tls: string;
let state: string;
let ada: TestPerson;
let ben: TestPerson;
let cleo: TestPerson;
let front: Running;
let version = 0;
const clients = new Set<XmppClient>();

beforeAll(async () => {
  bench = await createBench();
  const devices = join(bench.machine.disk, "devices");
  ada = await makePerson("ada", devices);
  ben = await makePerson("ben", devices);
  cleo = await makePerson("cleo", devices);
  authority = await makeAuthority(join(bench.machine.disk, "authority"));
  people = await bench.directory("people");
  tls = await bench.directory("tls");
  state = await bench.directory("state");
  await list([ada, ben]);
  await certify();
  chat = await startImage(bench, "chat", {
    port: 5280,
    mounts: [`${people}:/run/people:ro`, `${tls}:/run/tls:ro`, `${state}:/var/lib/chat`],
    env: { FREEHOLD_DOMAIN: domain, FREEHOLD_HOST: `chat.${domain}` },
  });
  front = await openFront();
});
afterEach(async () => {
  await Promise.all([...clients].map((client) => client.end()));
  clients.clear();
});
afterAll(endMachines);

/** Switches to a listing of exactly these people. */
async function list(present: readonly TestPerson[]): Promise<void> {
  version += 1;
  await switchVersion(people, `${version}`, {
    passwords: present.map(({ name, hash }) => `${name}:${hash}\n`).join(""),
    names: present.map(({ name }) => `${name} ${title(name)}\n`).join(""),
  });
}

function title(name: string): string {
  return `The good ${name}`;
}

/** Switches to a new certificate. */
async function certify(): Promise<void> {
  version += 1;
  const { certificate, key } = await authority.issue(names);
  await switchVersion(tls, `${version}`, { "certificate.pem": certificate, "key.pem": key });
}

/** HAProxy before the three ports that take the PROXY protocol, as the front door stands before them. */
async function openFront(): Promise<Running> {
  const file = join(bench.machine.disk, "front.cfg");
  const listeners = [5222, 5223, 5269].map(
    (port) => `listen p${port}\n  bind 0.0.0.0:${port}\n  server s ${chat.address}:${port} send-proxy-v2\n`,
  );
  const times = "  timeout connect 5s\n  timeout client 1h\n  timeout server 1h\n";
  await writeFile(file, `defaults\n  mode tcp\n${times}${listeners.join("")}`);
  const running = await bench.machine.start(["haproxy", "-f", file, "-db"]);
  await eventually("the front to listen", async () => {
    const { code } = await bench.machine.exec(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/5269"]);
    return code === 0 ? true : undefined;
  });
  return running;
}

/** Another container in place of the one that runs or was killed. It has another address, which the front learns. */
async function replace(): Promise<void> {
  chat = await chat.replace();
  const gone = once(front.process, "exit");
  process.kill(front.pid, "SIGKILL");
  await gone;
  front = await openFront();
}

async function connect(person: TestPerson, options: Partial<XmppOptions> = {}): Promise<XmppClient> {
  const client = await startXmpp(bench.machine, {
    ...{ jid: `${person.name}@${domain}`, password: person.password },
    ...{ host: "127.0.0.1", port: 5222, authority: authority.path },
    ...options,
  });
  clients.add(client);
  return client;
}

async function login(person: TestPerson, options: Partial<XmppOptions> = {}): Promise<XmppClient> {
  const client = await connect(person, options);
  await client.told("session");
  return client;
}

/** What the server says to these bytes, in some seconds, from outside of the machine. */
async function talk(port: number, bytes: string): Promise<string> {
  const script = `exec 3<>/dev/tcp/${addresses.machine}/${port}; printf %s "$1" >&3; timeout 2 cat <&3; true`;
  return (await bench.machine.outside(["bash", "-c", script, "bash", bytes])).stdout;
}

const opening = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='${domain}'>`;

describe("two people of the site", () => {
  test("talk, one by STARTTLS and one by TLS from the first byte, and are in each other's contacts by name", async () => {
    const [one, other] = await Promise.all([login(ada), login(ben, { port: 5223, direct: true })]);
    one.do("message", { to: `ben@${domain}`, body: "Hello Ben" });
    await other.told("message", { body: "Hello Ben", delayed: false });
    await one.told("contacts", { contacts: { [`ben@${domain}`]: title("ben") } });
  });

  test("find at the next login what came while they were away, once", async () => {
    const one = await login(ada);
    one.do("message", { to: `ben@${domain}`, body: "While you were out" });
    await one.told("acknowledged", { body: "While you were out" });
    const other = await login(ben);
    await other.told("message", { body: "While you were out", delayed: true });
    await other.end();
    clients.delete(other);
    const again = await login(ben);
    again.do("archive");
    await again.told("archive");
    expect(again.events.filter(({ body }) => body === "While you were out")).toEqual([]);
  });

  test("find in their archive what they said and heard, and nobody else's", async () => {
    const one = await login(ada);
    one.do("message", { to: `ben@${domain}`, body: "For the archive" });
    one.do("message", { to: `ada@${domain}`, body: "Note to self" });
    await one.told("acknowledged", { body: "For the archive" });
    await one.told("acknowledged", { body: "Note to self" });
    const other = await login(ben);
    other.do("archive");
    const { messages } = await other.told("archive");
    expect(messages).toContainEqual({ from: `ada@${domain}`, body: "For the archive" });
    other.do("archive", { of: `ada@${domain}` });
    expect(JSON.stringify((await other.told("archive")).messages)).not.toContain("Note to self");
    one.do("archive");
    expect(JSON.stringify((await one.told("archive")).messages)).toContain("Note to self");
  });

  test("meet in a room that one of them made, which is there after a restart", async () => {
    const room = `tea@conference.${domain}`;
    const one = await login(ada);
    one.do("join", { room, nick: "Ada" });
    await one.told("joined");
    const other = await login(ben);
    other.do("join", { room, nick: "Ben" });
    await other.told("joined");
    one.do("message", { to: room, body: "Tea is ready", type: "groupchat" });
    await other.told("message", { body: "Tea is ready", from: `${room}/Ada` });
    await replace();
    const again = await login(ben);
    again.do("archive", { of: room });
    const { messages } = await again.told("archive");
    expect(JSON.stringify(messages)).toContain("Tea is ready");
  });
});

describe("nobody gets in", () => {
  test.each([
    ["with a wrong password", () => ({ password: "wrong" })],
    ["with the hash for a password", () => ({ password: ada.hash })],
    ["with another's password", () => ({ password: ben.password })],
    ["with an empty password", () => ({ password: "" })],
    ["under an unknown name", () => ({ jid: `eve@${domain}` })],
    ["at another domain", () => ({ jid: "ada@elsewhere.example" })],
  ])("%s", async (_, options) => {
    const client = await connect(ada, options());
    await eventually("a refusal", async () =>
      client.events.find(({ event }) => ["refused", "stream-error", "disconnected"].includes(event)),
    );
    expect(client.events.filter(({ event }) => event === "session")).toEqual([]);
  });

  test("without TLS: nothing but STARTTLS is offered, and a password that comes first is not looked at", async () => {
    const features = await talk(5222, opening);
    expect(features).toContain("<starttls");
    expect(features).not.toContain("<mechanism>");
    const login = Buffer.from(`\0ada\0${ada.password}`).toString("base64");
    const early = `${opening}<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${login}</auth>`;
    expect(await talk(5222, early)).not.toContain("<success");
  });

  test("by making an account", async () => {
    const client = await login(ada);
    client.do("register");
    await client.told("error", { of: "register" });
    const early = `${opening}<iq type='get' id='1'><query xmlns='jabber:iq:register'/></iq>`;
    expect(await talk(5222, early)).not.toContain("<instructions");
  });

  test("by SSL or TLS of before 2008", async () => {
    const words = [
      "openssl",
      "s_client",
      "-connect",
      `${addresses.machine}:5223`,
      "-tls1_1",
      "-cipher",
      "ALL@SECLEVEL=0",
    ];
    const { code } = await bench.machine.outside(["sh", "-c", `${words.join(" ")} </dev/null`]);
    expect(code).not.toBe(0);
  });

  test("past the front door: who does not say for whom he speaks is cut off", async () => {
    const script = `exec 3<>/dev/tcp/${chat.address}/5222; printf %s "$1" >&3; timeout 5 cat <&3; echo end`;
    const { stdout } = await bench.machine.exec(["bash", "-c", script, "bash", opening]);
    expect(stdout).toBe("end\n");
  });
});

describe("the listing of people", () => {
  test("lets in whoever is added, at once, and puts them among everybody's contacts", async () => {
    const one = await login(ada);
    await list([ada, ben, cleo]);
    const fresh = await login(cleo);
    await eventually("ada to have cleo among her contacts", async () =>
      JSON.stringify(one.events).includes(`cleo@${domain}`) ? true : undefined,
    );
    fresh.do("message", { to: `ada@${domain}`, body: "I am new" });
    await one.told("message", { body: "I am new" });
  });

  test("throws out whoever leaves within seconds, tells others that nobody is there, and keeps what they had", async () => {
    const [one, other] = await Promise.all([login(ada), login(cleo)]);
    const begin = performance.now();
    await list([ada, ben]);
    await other.told("disconnected");
    expect(performance.now() - begin).toBeLessThan(5000);
    const client = await connect(cleo);
    await client.told("refused", { condition: "not-authorized" });
    one.do("message", { to: `cleo@${domain}`, body: "Are you there?" });
    await one.told("message", { type: "error", condition: "service-unavailable" });
    await list([ada, ben, cleo]);
    const back = await login(cleo);
    back.do("archive");
    const { messages } = await back.told("archive");
    expect(messages).toContainEqual({ from: `cleo@${domain}`, body: "I am new" });
  });

  test("throws out whoever gets another password, who then needs the new one", async () => {
    const other = await login(cleo);
    await list([ada, ben, { ...cleo, hash: ben.hash }]);
    await other.told("disconnected");
    await (await connect(cleo)).told("refused");
    await login(cleo, { password: ben.password });
    await list([ada, ben, cleo]);
  });
});

describe("a file", () => {
  async function slot(size: number): Promise<{ put: string; get: string }> {
    const client = await login(ada);
    client.do("slot", { name: "note.html", size });
    const { put, get } = await client.told("slot");
    return { put: `${put}`, get: `${get}` };
  }

  /** curl to the place where the front door would send it. */
  async function curl(link: string, words: readonly string[]): Promise<string> {
    const url = new URL(link);
    const target = `http://${chat.address}:5280${url.pathname}`;
    return (await bench.machine.exec(["curl", "-sSi", "-H", `Host: ${url.host}`, ...words, target])).stdout;
  }

  test("is put where a member was told, and anybody who has the link gets it, as nothing that could run", async () => {
    const { put, get } = await slot(5);
    expect([put, get].map((link) => new URL(link).origin)).toEqual(Array(2).fill(`https://chat.${domain}`));
    expect(await curl(put, ["-X", "PUT", "--data-binary", "hello"])).toMatch(/^HTTP\/1.1 201/);
    const answer = await curl(get, []);
    expect(answer).toMatch(/^HTTP\/1.1 200[\s\S]*hello$/);
    expect(answer).toMatch(/content-security-policy: default-src 'none'; sandbox\r\n/i);
    expect(answer).toMatch(/x-content-type-options: nosniff\r\n/i);
  });

  test("goes nowhere without leave, twice, or larger than was said", async () => {
    const { put } = await slot(5);
    const large = await curl(put, ["-X", "PUT", "--data-binary", "hello and more"]);
    const made = await curl(`https://chat.${domain}/upload/0/0/made-up.txt`, ["-X", "PUT", "--data-binary", "hello"]);
    const good = (await slot(5)).put;
    await curl(good, ["-X", "PUT", "--data-binary", "hello"]);
    const again = await curl(good, ["-X", "PUT", "--data-binary", "again"]);
    expect([large, made, again].map((answer) => answer.split(" ")[1])).toEqual(["413", "403", "403"]);
  });

  test("is too large above 100 MB", async () => {
    const client = await login(ada);
    client.do("slot", { name: "film.mkv", size: 104_857_601 });
    await client.told("error", { of: "slot", condition: "not-acceptable" });
  });

  test.each(["/upload/../chat.sqlite", "/upload/..%2fchat.sqlite", "/..%2f..%2f..%2f..%2fetc/passwd", "/upload/"])(
    "is not %s",
    async (path) => {
      const words = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--path-as-is"] as const;
      const { stdout } = await bench.machine.exec([...words, `http://${chat.address}:5280${path}`]);
      expect(Number(stdout)).toBeGreaterThanOrEqual(400);
    },
  );
});

describe("the server", () => {
  test("knows where its visitors come from, and never tells a password to its log", async () => {
    await login(ada);
    await talk(5222, opening);
    const log = await chat.log();
    expect(log).toMatch(/Accepted c2s PLAIN authentication for ada@example.org by external backend from 127\.0\.0\.1/);
    expect(log).toContain(`Accepted proxied connection ${addresses.router}:`);
    for (const secret of [ada.password, ada.hash, Buffer.from(`\0ada\0${ada.password}`).toString("base64")])
      expect(log).not.toContain(secret);
  });

  test("shows a new certificate without a restart, and keeps who is there", async () => {
    const client = await login(ada);
    const before = await shown();
    await certify();
    await eventually("another certificate", async () => ((await shown()) === before ? undefined : true));
    client.do("archive");
    await client.told("archive");
  });

  async function shown(): Promise<string> {
    const ask = `openssl s_client -connect ${addresses.machine}:5223 -servername ${domain} </dev/null 2>/dev/null | openssl x509 -noout -serial`;
    return (await bench.machine.outside(["sh", "-c", ask])).stdout;
  }

  test("listens on its four ports, and nowhere else for others", async () => {
    const sockets = await bench.podman(["exec", "chat", "cat", "/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp"]);
    const listening = [...sockets.stdout.matchAll(/^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) 0+:0000 (?:0A|07)/gm)];
    const ports = listening.map(([, address = "", port = ""]) => `${address}:${Number.parseInt(port, 16)}`);
    const loopback = "0100007F:5281";
    expect(ports.sort()).toEqual([...[5222, 5223, 5269, 5280].map((port) => `00000000:${port}`), loopback]);
  });

  test("keeps everything for its own user alone, and no key on the disk", async () => {
    const found = await readdir(state, { recursive: true });
    const { stdout } = await bench.machine.exec(["find", state, "-mindepth", "1", "-perm", "/077"]);
    expect([found.includes("chat.sqlite"), stdout]).toEqual([true, ""]);
    const { code } = await bench.machine.exec(["grep", "-rl", "PRIVATE KEY", state]);
    expect(code).toBe(1);
  });

  test("has every message that it acknowledged, killed in the middle of many", async () => {
    const client = await login(ada);
    for (let number = 0; number < 200; number += 1)
      client.do("message", { to: `ben@${domain}`, body: `number ${number}` });
    await client.told("acknowledged", { body: "number 60" });
    await bench.podman(["kill", "--signal=KILL", "chat"]);
    const acknowledged = client.events.filter(({ event }) => event === "acknowledged").map(({ body }) => body);
    await replace();
    const other = await login(ben);
    other.do("archive");
    const { messages } = await other.told("archive");
    const kept = new Set(Array.isArray(messages) ? messages.map(({ body }) => body) : []);
    expect(acknowledged.filter((body) => !kept.has(body))).toEqual([]);
    const waiting = (): unknown[] => other.events.filter(({ event }) => event === "message").map(({ body }) => body);
    expect(acknowledged.filter((body) => !waiting().includes(body))).toEqual([]);
  });

  test("ends at once and in order when it is asked to", async () => {
    const begin = performance.now();
    await bench.podman(["stop", "--time=10", "chat"]);
    expect(performance.now() - begin).toBeLessThan(5000);
    const { stdout } = await bench.podman(["inspect", "chat", "--format={{.State.ExitCode}}"]);
    expect([stdout.trim(), await readFile(join(state, "chat.sqlite"), "latin1")]).toEqual([
      "0",
      expect.stringMatching(/^SQLite/),
    ]);
  });
});
