import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningContainer } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { peopleYaml } from "../world/person.ts";
import { createLab, type TestSite } from "../world/site.ts";
import { clientsOfSix } from "../world/six-clients.ts";
import { type Client, startTraffic, type Traffic } from "../world/traffic.ts";
import { eventually } from "../world/wait.ts";
import { startXmpp, type XmppClient } from "../world/xmpp.ts";

/** Each part with the client that uses it, and the image whose line in the service's file is changed. */
const parts = [
  { container: "lab.chat", file: "chat", image: "freehold/chat", client: "chat" },
  { container: "lab.tasks.champion", file: "tasks", image: "freehold/tasks", client: "champion" },
  { container: "lab.tasks.taskd", file: "tasks", image: "freehold/taskd", client: "taskd" },
  { container: "lab.calendar", file: "calendar", image: "freehold/calendar", client: "calendar" },
  { container: "lab.git", file: "git", image: "freehold/git", client: "git" },
] as const;

const rounds = 2;
const cases = Array.from({ length: rounds }, (_, round) => parts.map((part) => ({ ...part, round }))).flat();

let site: TestSite;
let clients: readonly Client[] = [];
let traffic: readonly Traffic[] = [];
let ben: Reader;
/** How often each thing was offered: more than once when the service had not said that it has it. */
const offers = new Map<string, number>();

beforeAll(async () => {
  site = await createLab({ "site.yaml": "name: lab\ndomain: example.org\n" });
  const services = ["calendar", "chat", "git", "tasks"];
  for (const service of services) await site.must(["add", service]);
  const hosts = join(site.machine.disk, "etc/hosts");
  const names = services.map((service) => `${service}.example.org`).join(" ");
  await writeFile(hosts, `${await readFile(hosts, "utf8")}127.0.0.1 example.org ${names}\n`);
  await site.write({ "people.yaml": peopleYaml([site.ada, site.ben]) });
  await site.mustUp();
  clients = (await clientsOfSix(site)).filter(({ name }) => name !== "mail").map(counted);
  ben = readAsBen();
  traffic = clients.map(startTraffic);
  await Promise.all(traffic.map((one) => one.goesOn()));
});
afterAll(async () => {
  await Promise.all(traffic.map((one) => one.stop()));
  await ben.stop();
  await endMachines();
});

describe("a service that is replaced by another version while it is used", () => {
  test.each(cases)("$container goes on, round $round", async ({ container, file, image, client, round }) => {
    const before = await runningContainer(site.machine, container);
    await change(`services/${file}.yaml`, image, round);
    await site.mustUp();
    expect((await runningContainer(site.machine, container)).id).not.toBe(before.id);
    await traffic.find(({ name }) => name === client)?.goesOn();
  });
});

describe("of what was acknowledged through all of that", () => {
  test.each(parts.map(({ client }) => client))("%s lost nothing, and has nothing twice", async (name) => {
    const one = traffic.find((each) => each.name === name);
    await one?.stop();
    const acknowledged = [...(one?.acknowledged ?? [])];
    expect(acknowledged.length).toBeGreaterThan(10);
    const held = (await clients.find((client) => client.name === name)?.held()) ?? [];
    expect(acknowledged.filter((label) => !held.includes(label))).toEqual([]);
    expect(twice(held).filter((label) => !wasOfferedAgain(label))).toEqual([]);
  });

  test("every message reached the other one's program, which was there all the time, and none twice", async () => {
    const labels = [...(traffic.find(({ name }) => name === "chat")?.acknowledged ?? [])];
    await eventually(
      "all messages to be read",
      async () => (labels.every((label) => ben.read.includes(label)) ? true : undefined),
      60_000,
    );
    expect(twice(ben.read).filter((label) => !wasOfferedAgain(label))).toEqual([]);
  });
});

/** Somebody who reads what comes, and logs in again whenever the server was away. */
type Reader = { readonly read: readonly string[]; stop(): Promise<void> };

function readAsBen(): Reader {
  const read: string[] = [];
  let stopped = false;
  const visit = async (client: XmppClient): Promise<void> => {
    let seen = 0;
    while (!stopped) {
      const events = client.events.slice(seen);
      seen += events.length;
      for (const { event, body } of events) if (event === "message") read.push(String(body));
      if (events.some(({ event }) => event === "disconnected" || event === "unreachable")) return;
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  const live = async (): Promise<void> => {
    while (!stopped) {
      const client = await startXmpp(site.machine, {
        ...{ jid: "ben@example.org", password: site.ben.password, authority: site.authority },
        ...{ host: "127.0.0.1", port: 5222 },
      });
      await visit(client);
      await client.end();
    }
  };
  const done = live();
  return {
    read,
    stop: async () => {
      stopped = true;
      await done;
    },
  };
}

function counted(client: Client): Client {
  return {
    ...client,
    offer: (label) => {
      offers.set(label, (offers.get(label) ?? 0) + 1);
      return client.offer(label);
    },
  };
}

function wasOfferedAgain(label: string): boolean {
  return (offers.get(label) ?? 0) > 1;
}

function twice(labels: readonly string[]): string[] {
  return [...new Set(labels.filter((label, index) => labels.indexOf(label) !== index))];
}

/** Changes a part in its service's file so that its container is made anew, as another version of its image does. */
async function change(file: string, image: string, round: number): Promise<void> {
  const path = join(site.machine.site, file);
  const text = await readFile(path, "utf8");
  const line = new RegExp(`^( *)image: ${image}\\b.*(?:\\n *env: \\{TURN: .*)?$`, "m");
  await writeFile(
    path,
    text.replace(line, (whole, indent: string) => `${whole.split("\n")[0]}\n${indent}env: {TURN: "${round}"}`),
  );
}
