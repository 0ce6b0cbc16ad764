import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeAuthority } from "./authority.ts";
import type { Machine } from "./machine.ts";
import { printedRecords, quietNameServer } from "./name-server.ts";
import { addresses } from "./network.ts";
import type { TestPerson } from "./person.ts";
import { createLab, type TestSite } from "./site.ts";
import { eventually } from "./wait.ts";
import { startXmpp, type XmppClient, type XmppOptions, type XmppPlace } from "./xmpp.ts";

const domain = "example.org";
const nameServer = "198.51.100.53";
const prosody = "198.51.100.20";

/** The domains of the server outside, and what their certificates are worth. Each has the account `carl`. */
export const elsewhere = {
  /** Certified by an authority that the site was told to believe. */
  friend: "friend.example",
  /** Certified by an authority that nobody knows. */
  stranger: "stranger.example",
  /** Certified well, as somebody else. */
  impostor: "impostor.example",
} as const;

/** The password of `carl` at each domain elsewhere. */
const carlsPassword = "pencil and paper";

/** A site `example.org` with chat, and outside Debian's Prosody with three domains and a name server that knows them all. */
export type ChatWorld = {
  readonly site: TestSite;
  readonly machine: Machine;
  /** Lists exactly these people, and `up`. */
  people(present: readonly TestPerson[]): Promise<void>;
  /** A client outside, which has told its session; it finds the site by the name server. */
  login(person: TestPerson, options?: Partial<XmppOptions>): Promise<XmppClient>;
  /** The same, which need not get in. */
  connect(person: TestPerson, options?: Partial<XmppOptions>): Promise<XmppClient>;
  /** carl at one of the domains elsewhere. */
  carl(domain: string): Promise<XmppClient>;
  /** What ejabberd and its keeper said. */
  log(): Promise<string>;
  /** Ends all clients that it started. */
  leave(): Promise<void>;
};

/** Makes it and waits until everything answers. */
export async function createChat(): Promise<ChatWorld> {
  const site = await createLab({ "site.yaml": `name: lab\ndomain: ${domain}\n` });
  const { machine } = site;
  await site.must(["add", "chat"]);
  const world = await makeAuthority(join(machine.disk, "world"), "World authority");
  const nobody = await makeAuthority(join(machine.disk, "nobody"), "Unknown authority");
  await mkdir(join(machine.site, "files"), { recursive: true });
  await cp(world.path, join(machine.site, "files/world.pem"));
  const service = join(machine.site, "services/chat.yaml");
  await writeFile(service, `${await readFile(service, "utf8")}files: {/run/authorities/world.pem: files/world.pem}\n`);

  await machine.outside(["ip", "address", "add", `${nameServer}/32`, "dev", "lo"]);
  startQuietly(machine, ["dnsmasq", ...(await zone(site))]);
  await writeFile(join(machine.disk, "etc/resolv.conf"), `nameserver ${nameServer}\n`);

  const clients = new Set<XmppClient>();
  const place: XmppPlace = { start: async (argv) => ({ process: machine.startOutside(argv) }) };
  const start = async (options: XmppOptions): Promise<XmppClient> => {
    const client = await startXmpp(place, options);
    clients.add(client);
    return client;
  };
  const chat: ChatWorld = {
    site,
    machine,
    people: async (present) => {
      const lines = present.map(({ name, hash }) => `${name}:\n  title: The good ${name}\n  password: "${hash}"\n`);
      await site.write({ "people.yaml": lines.join("") });
      await site.mustUp();
    },
    connect: (person, options = {}) =>
      start({
        ...{ jid: `${person.name}@${domain}`, password: person.password },
        ...{ host: addresses.machine, port: 5222, authority: site.authority },
        ...options,
      }),
    login: async (person, options) => {
      const client = await chat.connect(person, options);
      await client.told("session");
      return client;
    },
    carl: async (at) => {
      const trusted = at === elsewhere.stranger ? nobody.path : world.path;
      const client = await start({
        ...{ jid: `carl@${at}`, password: carlsPassword, host: prosody, port: 5222 },
        ...{ authority: trusted, anyName: at === elsewhere.impostor },
      });
      await client.told("session");
      return client;
    },
    log: () => site.must(["logs", "chat", "--tail", "5000"]),
    leave: async () => {
      await Promise.all([...clients].map((client) => client.end()));
      clients.clear();
    },
  };
  await chat.people([site.ada, site.ben]);
  const certificates = {
    [elsewhere.friend]: await world.issue([elsewhere.friend]),
    [elsewhere.stranger]: await nobody.issue([elsewhere.stranger]),
    [elsewhere.impostor]: await world.issue(["somebody-else.example"]),
  };
  await startProsody(site, world.path, certificates);
  return chat;
}

/** Debian's Prosody, strict about certificates, with a resolver of its own. */
async function startProsody(
  site: TestSite,
  authority: string,
  certificates: Readonly<Record<string, { readonly certificate: string; readonly key: string }>>,
): Promise<void> {
  const { machine } = site;
  const directory = join(machine.disk, "prosody");
  const file = (name: string): string => join(directory, name);
  await mkdir(directory);
  const trusted = [await readFile(authority, "utf8"), await readFile(site.authority, "utf8")];
  await writeFile(file("authorities.pem"), trusted.join("\n"));
  await writeFile(file("resolv.conf"), `nameserver ${nameServer}\n`);
  const hosts: string[] = [];
  for (const [name, { certificate, key }] of Object.entries(certificates)) {
    await writeFile(file(`${name}.crt`), certificate);
    await writeFile(file(`${name}.key`), key);
    const accounts = file(`data/${name.replace(/[^a-z]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)}/accounts`);
    await mkdir(accounts, { recursive: true });
    await writeFile(join(accounts, "carl.dat"), `return { ["password"] = "${carlsPassword}" }\n`);
    hosts.push(
      `VirtualHost "${name}"\n  ssl = { key = "${file(`${name}.key`)}", certificate = "${file(`${name}.crt`)}" }\n`,
    );
  }
  const settings = [
    ...["daemonize = false", "run_as_root = true", `data_path = "${file("data")}"`, `pidfile = "${file("pid")}"`],
    ...[
      'modules_enabled = { "roster", "saslauth", "tls", "disco", "carbons", "smacks" }',
      `interfaces = { "${prosody}" }`,
    ],
    ...["c2s_require_encryption = true", "s2s_require_encryption = true", "s2s_secure_auth = true"],
    ...['authentication = "internal_plain"', `ssl = { cafile = "${file("authorities.pem")}" }`],
    ...['log = { info = "*console" }', ...hosts],
  ];
  await writeFile(file("prosody.cfg.lua"), settings.join("\n"));
  const script = `mount --bind ${file("resolv.conf")} /etc/resolv.conf && exec prosody --config ${file("prosody.cfg.lua")} >${file("log")} 2>&1`;
  startQuietly(machine, ["unshare", "--mount", "sh", "-c", script]);
  await eventually("Prosody to listen", async () => {
    const { code } = await machine.outside(["bash", "-c", `exec 3<>/dev/tcp/${prosody}/5269`]);
    return code === 0 ? true : undefined;
  });
}

function startQuietly(machine: Machine, argv: readonly [string, ...string[]]): void {
  const child = machine.startOutside(argv);
  child.stdout?.resume();
  child.stderr?.resume();
}

/** dnsmasq's words for what the world knows: Prosody's domains, by SRV records alone, and the site's as `freehold dns` prints them. */
async function zone(site: TestSite): Promise<readonly string[]> {
  const printed = await site.must(["dns", "chat"]);
  const records = printedRecords(printed).flatMap(({ name, type, value }) => {
    if (type === "A") return [`--host-record=${name},${addresses.machine}`];
    const [priority = "", weight = "", port = "", target = ""] = value.split(/\s+/);
    return type === "SRV" ? [`--srv-host=${name},${target.replace(/\.$/, "")},${port},${priority},${weight}`] : [];
  });
  const others = Object.values(elsewhere).map(
    (name) => `--srv-host=_xmpp-server._tcp.${name},xmpp.friend.example,5269`,
  );
  return [
    ...[...quietNameServer, `--listen-address=${nameServer}`, "--interface=lo"],
    ...[`--host-record=xmpp.friend.example,${prosody}`, ...others, ...records],
  ];
}
