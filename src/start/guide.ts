import { mailServiceOf, startHost } from "../features/start.ts";
import type { Part, Port, Service, Site } from "../site/site.ts";

/** What a person types into a phone or a program to use a service. */
export type Guide = {
  /** What it is set up as: `Calendars and contacts (CalDAV, CardDAV)`. */
  readonly title: string;
  /** Names and values to type, in the order in which programs ask. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** A sentence of what else to know. */
  readonly note?: string;
  /** A file that sets a device up by itself. */
  readonly profile?: { readonly href: string; readonly label: string };
  /** Lines to put into a file or a shell, as they are. */
  readonly lines?: readonly string[];
};

/** How to set up devices for a service; empty for one that a browser is enough for. */
export function guidesOf(site: Site, service: Service): readonly Guide[] {
  return makers.flatMap((make) => make(site, service));
}

/** Whether its HTTP is for people, as far as anybody can tell; what these images speak is for programs. */
export function isForBrowsers(service: Service): boolean {
  return !runs(service, "freehold/chat") && !runs(service, "freehold/tasks");
}

type Maker = (site: Site, service: Service) => readonly Guide[];

const makers: readonly Maker[] = [calendar, mail, chat, tasks, taskd, git];

function calendar(site: Site, service: Service): readonly Guide[] {
  if (!runs(service, "freehold/calendar")) return [];
  return [
    {
      title: "Calendars and contacts, in programs for CalDAV and CardDAV",
      fields: [
        { name: "Address", value: webAddress(site, service) },
        { name: "User name", value: "your name here, such as ada" },
        { name: "Password", value: "your password" },
      ],
      profile: { href: "/calendar.mobileconfig", label: "Profile for iPhone, iPad and Mac" },
    },
  ];
}

function mail(site: Site, service: Service): readonly Guide[] {
  const server = mailServer(site);
  if (server === undefined || server.service !== service.name) return [];
  const { host, imaps, submissions } = server;
  return [
    {
      title: "In any mail program",
      fields: [
        { name: "Address", value: `NAME@${site.domain}` },
        { name: "Incoming (IMAP)", value: `${host}, port ${imaps}, SSL/TLS` },
        { name: "Outgoing (SMTP)", value: `${host}, port ${submissions}, SSL/TLS` },
        { name: "User name", value: "your name here, such as ada, or your address" },
        { name: "Password", value: "your password" },
      ],
      note: "Thunderbird and many others find all of this by themselves from the address.",
      profile: { href: "/mail.mobileconfig", label: "Profile for iPhone, iPad and Mac" },
    },
  ];
}

function chat(site: Site, service: Service): readonly Guide[] {
  const client = portNamed(service, "xmpp-client");
  if (client === undefined) return [];
  const direct = portNamed(service, "xmpps-client");
  const ports = [
    ...(direct === undefined ? [] : [`${direct.published} with TLS`]),
    `${client.published} with STARTTLS`,
  ];
  return [
    {
      title: "In any program for XMPP",
      fields: [
        { name: "Address", value: `NAME@${site.domain}` },
        { name: "Server, if it asks", value: `${hostOf(site, service)}, port ${ports.join(" or ")}` },
        { name: "Password", value: "your password" },
      ],
      note: "Conversations on Android, Monal on iPhone, Dino and Gajim on computers.",
    },
  ];
}

function tasks(site: Site, service: Service): readonly Guide[] {
  if (!runs(service, "freehold/tasks")) return [];
  const address = webAddress(site, service).replace("https://", "https://NAME:PASSWORD@");
  return [
    {
      title: "With Taskwarrior 3, in ~/.taskrc",
      fields: [],
      note: "UUID is what uuidgen prints, the same on all your devices. SENTENCE is a secret that you make up, so that nobody here can read your tasks. Then: task sync",
      lines: [`sync.server.url=${address}`, "sync.server.client_id=UUID", "sync.encryption_secret=SENTENCE"],
    },
  ];
}

function taskd(_site: Site, service: Service): readonly Guide[] {
  if (!runs(service, "freehold/taskd")) return [];
  return [
    {
      title: "With Taskwarrior 2",
      fields: [],
      note: `Whoever runs this cloud gives you the lines: freehold exec ${service.name}/taskd -- credentials NAME`,
    },
  ];
}

function git(site: Site, service: Service): readonly Guide[] {
  const ssh = portNamed(service, "ssh");
  if (ssh === undefined || !runs(service, "freehold/git")) return [];
  const port = ssh.published === 22 ? "" : `:${ssh.published}`;
  return [
    {
      title: "With git and your SSH key",
      fields: [],
      note: "NAME/… is for you alone, shared/… for everybody here. The first push makes a repository.",
      lines: [`git clone ssh://git@${hostOf(site, service)}${port}/NAME/notes`],
    },
  ];
}

function runs({ parts }: Service, image: string): boolean {
  return parts.some((part: Part) => part.image.from === "build" && part.image.name === image);
}

function portNamed({ parts, expose }: Service, name: string): Port | undefined {
  return expose.length === 0 ? undefined : parts.flatMap(({ ports }) => ports).find((port) => port.name === name);
}

/** Where mail programs connect, with TLS from the first byte. */
export type MailServer = {
  readonly service: string;
  readonly host: string;
  readonly imaps: number;
  readonly submissions: number;
};

/** The mail server of a site; undefined when it has none. */
export function mailServer(site: Site): MailServer | undefined {
  const service = mailServiceOf(site);
  const imaps = service && portNamed(service, "imaps");
  const submissions = service && portNamed(service, "submissions");
  if (service === undefined || imaps === undefined || submissions === undefined) return undefined;
  return {
    service: service.name,
    host: hostOf(site, service),
    imaps: imaps.published,
    submissions: submissions.published,
  };
}

/** The service that keeps calendars and contacts; undefined when there is none. */
export function calendarService({ services }: Site): Service | undefined {
  return services.find((service) => service.stage !== "retired" && runs(service, "freehold/calendar"));
}

/** The name by which people reach a service. */
export function hostOf({ domain }: Site, { name, expose }: Service): string {
  return expose[0]?.host ?? `${name}.${domain}`;
}

function webAddress(site: Site, service: Service): string {
  return `https://${hostOf(site, service)}${portOf(site)}/`;
}

/** The address of the start page; undefined when a service has its host. */
export function startAddress(site: Site): string | undefined {
  const host = startHost(site);
  return host === undefined ? undefined : `https://${host}${portOf(site)}/`;
}

/** The link with which somebody sets a password. The code is no part of the path, since paths are logged. */
export function inviteAddress(site: Site, code: string): string | undefined {
  const start = startAddress(site);
  return start === undefined ? undefined : `${start}invite?code=${code}`;
}

function portOf({ front }: Site): string {
  return front.https === 443 ? "" : `:${front.https}`;
}
