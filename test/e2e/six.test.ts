import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, accounts } from "../world/accounts.ts";
import { runningContainers } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { addresses } from "../world/network.ts";
import { peopleYaml, type TestPerson } from "../world/person.ts";
import { createHome, sixServices, type TestSite } from "../world/site.ts";
import { addressOf, ownThings, type Post, plant, socketOf, spy } from "../world/spy.ts";
import { eventually } from "../world/wait.ts";

/** Every process of the six services. */
const posts: readonly Post[] = [
  { service: "blog", part: "blog", directory: "/tmp", port: 8080 },
  { service: "calendar", part: "calendar", directory: "/var/lib/radicale", port: 5232 },
  { service: "chat", part: "chat", directory: "/var/lib/chat", port: 5280 },
  { service: "git", part: "git", directory: "/var/lib/git", port: 2222 },
  { service: "mail", part: "smtp", directory: "/var/spool/postfix", port: 10025, becomesRoot: true },
  { service: "mail", part: "imap", directory: "/var/lib/mail", port: 10993 },
  { service: "mail", part: "filter", directory: "/tmp", port: 11332 },
  { service: "mail", part: "store", directory: "/tmp", port: 6379 },
  { service: "tasks", part: "champion", directory: "/var/lib/tasks", port: 8080 },
  { service: "tasks", part: "taskd", directory: "/var/lib/taskd", port: 53_589 },
];

/** The blog's process is freehold's own and takes none. */
const withSecret = sixServices.filter((name) => name !== "blog");

let home: TestSite;
const places = new Map<Post, string>();

beforeAll(async () => {
  home = await createHome(sixServices);
  for (const name of withSecret) {
    const { code, stderr } = await home.machine.freehold(["secrets", "set", `own-${name}`], {
      input: `marker-secret-${name}-`,
    });
    expect(code, stderr).toBe(0);
    const file = `services/${name}.yaml`;
    const text = await readFile(join(home.machine.site, file), "utf8");
    // Beside the image, of the service or of each of its parts.
    const asked = text.replace(/^( *)image: .*$/gm, `$&\n$1secrets: {/run/secrets/marker: own-${name}}`);
    await home.write({ [file]: asked });
  }
  await home.mustUp();
  const serve = "require('http').createServer((q, r) => r.end('mine')).listen(7777, '0.0.0.0')";
  await home.machine.start([process.execPath, "-e", serve]);
  await Promise.all(
    posts.map(async (post) => {
      places.set(post, await addressOf(home, post));
      await plant(home, post);
    }),
  );
}, 600_000);
afterAll(endMachines);

describe("the six services", () => {
  test("are all healthy", async () => {
    const { services } = await home.status();
    expect(services.map(({ name, state }) => `${name} ${state}`)).toEqual(sixServices.map((name) => `${name} healthy`));
  });

  test("reach each other, this machine, the home network and the internet as their files say: hardly at all", async () => {
    const proof: Proof = JSON.parse(await home.must(["prove", "--json"]));
    const goals = (from: string): readonly string[] => [...sixServices.filter((name) => name !== from), ...zones];
    const pairs = sixServices.flatMap((from) => goals(from).map((to) => `${from} ${to}`));
    expect(proof.cells.map(({ from, to }) => `${from} ${to}`).sort()).toEqual(pairs.sort());
    expect(proof.absent).toEqual([]);
    expect(proof.differences).toEqual([]);
    const open = proof.cells.filter(({ declared }) => declared.length > 0);
    expect(open.map(({ from, to, declared }) => `${from} ${to} ${declared}`)).toEqual([
      "chat machine 53",
      "chat internet 5269",
    ]);
  });
});

describe("somebody who got into a service", () => {
  test("would find its own things, and could be seen by this test", async () => {
    const { stdout } = await home.machine.exec(["curl", "-s", `http://${addresses.machineAtHome}:7777/`]);
    expect(stdout).toBe("mine");
  });

  test.each(posts)("of $service ($part) finds nothing of any other, and nobody of the home", async (post) => {
    const own = places.get(post) ?? "";
    const others = posts.filter(({ service }) => service !== post.service);
    const around = [own.replace(/\d+$/, "1"), addresses.machineAtHome, addresses.machine].map((each) => `${each}:7777`);
    const found = await spy(home, post, [
      `${own}:${post.port}`,
      ...others.map((other) => `${places.get(other)}:${other.port}`),
      ...around,
      ...[addresses.neighbour, addresses.internet].flatMap((each) => [`${each}:80`, `${each}:25`]),
      ...posts.map(socketOf),
    ]);
    expect(found).toEqual(ownThings(post, post.service !== "blog", own));
  });
});

describe("one person with one password", () => {
  test("has a new one everywhere as soon as it is applied, and nothing is started anew", async () => {
    const before = await runningContainers(home.machine);
    const old = home.ada;
    const fresh = { ...old, password: "a new password of Ada's" };
    const logins = accounts(home).filter(({ by }) => by === "password");
    await each(logins, async ({ service, admits }) =>
      expect([service, await admits(old), await admits(fresh)]).toEqual([service, true, false]),
    );
    const { code, stderr } = await home.machine.freehold(["passwd", "ada", "--stdin"], {
      input: `${fresh.password}\n`,
    });
    expect(code, stderr).toBe(0);
    await home.mustUp();
    await each(logins, async ({ service, admits }) => {
      await eventually(`${service} to take the new password`, async () => ((await admits(fresh)) ? true : undefined));
      expect([service, await admits(old)]).toEqual([service, false]);
    });
    expect(await runningContainers(home.machine)).toEqual(before);
  });

  test("is refused everywhere within seconds of leaving people.yaml, and finds everything when they are back", async () => {
    const before = await runningContainers(home.machine);
    const { ada, ben } = home;
    const people = async (listed: readonly TestPerson[]): Promise<void> => {
      await home.write({ "people.yaml": peopleYaml(listed) });
      await home.mustUp();
    };
    await people([ada, ben]);
    const logins = accounts(home);
    await each(logins, async ({ service, admits, keep }) => {
      await eventually(`${service} to know ada`, async () => ((await admits(ada)) ? true : undefined));
      await keep(ada);
    });
    await people([ben]);
    const left = Date.now();
    await each(logins, async ({ service, admits }) => {
      await eventually(`${service} to refuse ada`, async () => ((await admits(ada)) ? undefined : true), 10_000);
      expect([service, await admits(ben)]).toEqual([service, true]);
    });
    expect(Date.now() - left).toBeLessThan(30_000);
    await people([ada, ben]);
    await each(logins, ({ service, has }) =>
      eventually(`${service} to have ada's things`, async () => ((await has(ada)) ? true : undefined)),
    );
    expect(await runningContainers(home.machine)).toEqual(before);
  });
});

/** Asks all services at the same time. */
async function each(all: readonly Account[], ask: (account: Account) => Promise<unknown>): Promise<void> {
  await Promise.all(all.map(ask));
}

type Proof = {
  readonly cells: readonly { readonly from: string; readonly to: string; readonly declared: readonly number[] }[];
  readonly differences: readonly unknown[];
  readonly absent: readonly string[];
};

const zones = ["machine", "lan", "internet"] as const;
