import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execOrFail } from "../../src/lib/exec.ts";
import { accounts } from "../world/accounts.ts";
import { type ClusterSite, createClusterSite } from "../world/cluster.ts";
import { readInbox } from "../world/imap.ts";
import { sixServices } from "../world/site.ts";
import { clientsOfFive } from "../world/six-clients.ts";
import { eventually } from "../world/wait.ts";
import { loginXmpp, type XmppClient } from "../world/xmpp.ts";

const doors = { domain: "example.org", https: 443, imaps: 993, submissions: 465 };
let site: ClusterSite;
/** The address that the front door sees this test come from. */
let own: string;

beforeAll(async () => {
  site = await createClusterSite(sixServices);
  await site.mustUp();
  const route = await execOrFail(["ip", "-o", "route", "get", site.machine.door]);
  own = /src (\S+)/.exec(route)?.[1] ?? "nowhere";
});
afterAll(() => site?.end());

describe("the six services of the catalogue on a cluster", () => {
  test("are all healthy, and there is nothing to do", async () => {
    const { services } = await site.status();
    expect(services.map(({ name, state }) => `${name} ${state}`)).toEqual(sixServices.map((name) => `${name} healthy`));
    expect(await site.must(["plan"])).toContain("nothing to change");
  });

  test("keep what their own programs hand over: DAV, XMPP, git over SSH, both Taskwarriors", async () => {
    await Promise.all(
      (await clientsOfFive(site)).map(async (client) => {
        await client.offer(`${client.name}-1`);
        expect(await client.held(), client.name).toContain(`${client.name}-1`);
      }),
    );
  });

  test("let in who has the password or key, and nobody else", async () => {
    const stranger = { ...site.ada, password: "not hers", keyFile: "/dev/null" };
    for (const { service, admits } of accounts(site, doors))
      expect([service, await admits(site.ada), await admits(stranger)]).toEqual([service, true, false]);
  });
});

describe("chat", () => {
  test("carries a message from one person's program to the other's, and knows where they come from", async () => {
    const login = (name: string, password: string): Promise<XmppClient> =>
      loginXmpp(site.machine, {
        ...{ jid: `${name}@example.org`, password, authority: site.authority },
        ...{ host: site.machine.door, port: 5222 },
      });
    const [ada, ben] = await Promise.all([login("ada", site.ada.password), login("ben", site.ben.password)]);
    ada.do("message", { to: "ben@example.org", body: "Good morning" });
    await ben.told("message", { body: "Good morning" });
    await Promise.all([ada.end(), ben.end()]);
    expect(await site.must(["logs", "chat", "--tail", "500"])).toContain(own);
  });
});

describe("mail", () => {
  test("takes what swaks hands in, and gives it to its reader by IMAP; it knows who the visitor was", async () => {
    const { ada, ben } = site;
    const login = ["--auth", "PLAIN", "--auth-user", ada.name, "--auth-password", ada.password];
    const letter = ["--from", "ada@example.org", "--to", "ben@example.org", "--header", "X-Label: on-a-cluster"];
    const tls = ["--tls", "--tls-verify", "--tls-ca-path", site.authority];
    const sent = await site.machine.exec([
      "swaks",
      "--server",
      "mail.example.org",
      "--port",
      "587",
      ...tls,
      ...login,
      ...letter,
    ]);
    expect(sent.code, sent.stdout).toBe(0);
    await eventually("the letter to arrive", async () => {
      const { values } = await readInbox(site, ben, "X-Label");
      return values.includes("on-a-cluster") ? true : undefined;
    });
    const log = await site.must(["logs", "mail", "--tail", "2000"]);
    expect(log).toMatch(new RegExp(`smtp.*\\[${own}\\]`));
    expect(log).toMatch(new RegExp(`imap.*rip=${own}`));
  });
});

describe("every pair of services", () => {
  test("is let together or kept apart as the files say, tried from inside the pods", async () => {
    const { differences, absent }: Proof = JSON.parse(await site.must(["prove", "--json"]));
    expect({ differences, absent }).toEqual({ differences: [], absent: [] });
  });
});

type Proof = { readonly differences: readonly unknown[]; readonly absent: readonly string[] };
