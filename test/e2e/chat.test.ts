import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type ChatWorld, createChat, elsewhere } from "../world/chat.ts";
import { runningContainer } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { addresses } from "../world/network.ts";
import type { TestPerson } from "../world/person.ts";
import { eventually } from "../world/wait.ts";

let chat: ChatWorld;
let ada: TestPerson;
let ben: TestPerson;

beforeAll(async () => {
  chat = await createChat();
  ada = chat.site.ada;
  ben = chat.site.ben;
});
afterEach(() => chat.leave());
afterAll(endMachines);

describe("chat", () => {
  test("lets two people talk through the front door, whose log and the server's know where they come from", async () => {
    const [one, other] = await Promise.all([chat.login(ada), chat.login(ben, { port: 5223, direct: true })]);
    one.do("message", { to: "ben@example.org", body: "Hello through the door" });
    await other.told("message", { body: "Hello through the door" });
    expect(await chat.log()).toContain(
      `authentication for ada@example.org by external backend from ${addresses.router}`,
    );
  });

  test("delivers at login what came before", async () => {
    const one = await chat.login(ada);
    one.do("message", { to: "ben@example.org", body: "For later" });
    await one.told("acknowledged", { body: "For later" });
    await (await chat.login(ben)).told("message", { body: "For later", delayed: true });
  });

  test("refuses a wrong password and an unknown name", async () => {
    await (await chat.connect(ada, { password: "wrong" })).told("refused", { condition: "not-authorized" });
    await (await chat.connect(ada, { jid: "eve@example.org" })).told("refused", { condition: "not-authorized" });
  });

  test("takes a file and gives it to whoever has its link", async () => {
    const one = await chat.login(ada);
    const text = "page\n".repeat(1_000_000);
    const file = join(chat.machine.disk, "file.txt");
    await writeFile(file, text);
    one.do("slot", { name: "file.txt", size: text.length });
    const { put, get } = await one.told("slot");
    const curl = ["curl", "-sSf", "--cacert", chat.site.authority, "--connect-to", `::${addresses.machine}:`] as const;
    const sent = await chat.machine.outside([...curl, "-T", file, `${put}`]);
    expect([sent.code, sent.stderr]).toEqual([0, ""]);
    expect((await chat.machine.outside([...curl, `${get}`])).stdout).toBe(text);
  });

  test("throws out within seconds whoever leaves people.yaml, and keeps what they had", async () => {
    const other = await chat.login(ben);
    const before = await runningContainer(chat.machine, "lab.chat");
    await chat.people([ada]);
    await other.told("disconnected", {}, 5000);
    await (await chat.connect(ben)).told("refused");
    await chat.people([ada, ben]);
    const back = await eventually("ben to be back", async () => chat.login(ben).catch(() => undefined));
    back.do("archive");
    expect(JSON.stringify(await back.told("archive"))).toContain("For later");
    expect(await runningContainer(chat.machine, "lab.chat")).toEqual(before);
  });
});

describe("people at another server", () => {
  test("and people here write to each other, each server with a certificate that the other believes", async () => {
    const [one, carl] = await Promise.all([chat.login(ada), chat.carl(elsewhere.friend)]);
    one.do("message", { to: `carl@${elsewhere.friend}`, body: "Hello out there" });
    await carl.told("message", { body: "Hello out there" });
    carl.do("message", { to: "ada@example.org", body: "Hello in there" });
    await one.told("message", { body: "Hello in there" });
  });

  test("meet people here in a room of this site", async () => {
    const room = "garden@conference.example.org";
    const [one, carl] = await Promise.all([chat.login(ada), chat.carl(elsewhere.friend)]);
    one.do("join", { room, nick: "Ada" });
    await one.told("joined");
    carl.do("join", { room, nick: "Carl" });
    await carl.told("joined");
    carl.do("message", { to: room, body: "Nice flowers", type: "groupchat" });
    await one.told("message", { body: "Nice flowers", from: `${room}/Carl` });
  });

  test("find nobody who is not there", async () => {
    const carl = await chat.carl(elsewhere.friend);
    carl.do("message", { to: "eve@example.org", body: "Anybody?" });
    await carl.told("message", { type: "error", condition: "service-unavailable" });
  });

  test.each([
    ["that nobody vouches for", elsewhere.stranger],
    ["that was made out to somebody else", elsewhere.impostor],
  ])("are not heard when their server shows a certificate %s, nor written to", async (_, domain) => {
    const [one, carl] = await Promise.all([chat.login(ada), chat.carl(domain)]);
    one.do("message", { to: `carl@${domain}`, body: "Are you who you say?" });
    await one.told("message", { from: `carl@${domain}`, type: "error" });
    carl.do("message", { to: "ada@example.org", body: "Trust me" });
    await eventually("both ways to be refused", async () => {
      const log = await chat.log();
      const refusals = [
        `Failed to establish outbound s2s connection example.org -> ${domain}: Peer certificate rejected`,
        `Failed inbound s2s EXTERNAL authentication ${domain} -> example.org`,
      ];
      return refusals.every((refusal) => log.includes(refusal)) ? true : undefined;
    });
    const bodies = [...one.events, ...carl.events].filter(({ type }) => type === "chat").map(({ body }) => body);
    expect(bodies).not.toContain("Trust me");
    expect(bodies).not.toContain("Are you who you say?");
  });
});

describe("what was acknowledged", () => {
  test("is there after ejabberd was killed; the supervisor starts it again", async () => {
    const one = await chat.login(ada);
    for (let number = 0; number < 100; number += 1)
      one.do("message", { to: "ben@example.org", body: `killed ${number}` });
    await one.told("acknowledged", { body: "killed 20" });
    process.kill((await runningContainer(chat.machine, "lab.chat")).pid, "SIGKILL");
    const acknowledged = one.events.filter(({ event }) => event === "acknowledged").map(({ body }) => body);
    const other = await eventually("a login", async () => chat.login(ben).catch(() => undefined), 60_000);
    other.do("archive");
    const { messages } = await other.told("archive");
    const kept = JSON.stringify(messages);
    expect(acknowledged.filter((body) => !kept.includes(`"${body}"`))).toEqual([]);
  });

  test("is there after the machine lost its power", async () => {
    const one = await chat.login(ada);
    one.do("message", { to: "ben@example.org", body: "Before the dark" });
    await one.told("acknowledged", { body: "Before the dark" });
    await chat.leave();
    await chat.machine.cutPower();
    await chat.machine.boot();
    await chat.site.mustUp();
    const other = await chat.login(ben);
    other.do("archive");
    expect(JSON.stringify(await other.told("archive"))).toContain("Before the dark");
  });
});
