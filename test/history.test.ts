import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Checkout, checkouts, noon } from "./world/checkout.ts";

/** Dozens of processes of git each: a busy machine takes its time. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let site: Checkout;
let first: string;
let second: string;
let third: string;

const all = checkouts(async (made) => {
  const one = await made.commit("Blog and mail", 50);
  const text = await made.read("services/mail.yaml");
  await made.write("services/mail.yaml", text.replace("256M", "512M").replace("mail:1.0", "mail:1.1"));
  const two = await made.commit("More memory for mail\n\nSearching took half a minute.\nBob measured it.", 2);
  await made.write("services/mail.yaml", `# Letters\n${text.replace("256M", "512M").replace("mail:1.0", "mail:1.1")}`);
  await made.git(
    "-c",
    "user.name=Ben",
    "-c",
    "commit.gpgSign=false",
    "commit",
    "--quiet",
    "--date",
    `${noon / 1000} +0000`,
    "-am",
    "A comment",
  );
  const three = (await made.git("rev-parse", "HEAD")).trim();
  await made.git("push", "--quiet", "home", "main");
  await made.tell([
    {
      commit: two,
      hoursAgo: 1,
      services: {
        mail: {
          result: "undone",
          what: ["memory 256M → 512M"],
          snapshot: "20261121T110000Z-bbbbbbb",
          problem: { code: "UNHEALTHY", severity: "error", kind: "user", message: "not healthy after 30 s" },
        },
        blog: {},
      },
    },
    { commit: one, hoursAgo: 49, services: { mail: { what: ["docker.io/library/mail:1.0"] }, blog: {} } },
  ]);
  return { one, two, three };
});

beforeEach(async () => {
  ({ site, one: first, two: second, three: third } = await all.next());
});

afterEach(() => site.end());
afterAll(() => all.end());

describe("the history of a site", () => {
  test("tells who changed what and why, who signed it, what came of it, and what waits", async () => {
    const { out } = await site.freehold(["history"]);
    expect(out).toBe(`home: 2 changes, the newest first

1 commit that did not run yet
${third.slice(0, 7)}  Ben, not signed  just now
  A comment

2026-11-21 11:00  ${second.slice(0, 7)}  Ada, signed by ada  60 min ago
  More memory for mail
  ↶ mail          undone: memory 256M → 512M
      not healthy after 30 s
      its data of before is back, and kept: 20261121T110000Z-bbbbbbb
  ✔ blog

2026-11-19 11:00  ${first.slice(0, 7)}  Ada, signed by ada  2 days ago
  Blog and mail
  ✔ mail          docker.io/library/mail:1.0
  ✔ blog
`);
  });

  test("tells programs the same, whole", async () => {
    const { out } = await site.freehold(["history", "--json", "-n", "1"]);
    expect(JSON.parse(out)).toMatchObject({
      site: "home",
      by: "remote",
      changes: [
        {
          commit: second,
          signer: { name: "ada", by: "ssh" },
          subject: "More memory for mail",
          body: "Searching took half a minute.\nBob measured it.",
          commits: [{ commit: second, signature: { is: "good", name: "ada" } }],
          services: [{ name: "mail", result: "undone", problem: { code: "UNHEALTHY" } }, { name: "blog" }],
        },
      ],
    });
  });

  test("names the other commits that came with a push", async () => {
    await site.write("services/blog.yaml", "static: static/blog\n");
    const fourth = await site.commit("The blog is private");
    await site.git("push", "--quiet", "home", "main");
    await site.tell([
      { commit: fourth, hoursAgo: 0, services: { blog: {} } },
      { commit: second, hoursAgo: 1, services: {} },
    ]);
    expect((await site.freehold(["history", "-n", "1"])).out).toContain(`with ${third.slice(0, 7)}  Ben: A comment`);
  });

  test("is that of the last fetch when the remote is out of reach", async () => {
    await site.freehold(["history"]);
    await site.git("config", "remote.home.url", "/nowhere/home.git");
    const { code, out, err } = await site.freehold(["history"]);
    expect([code, out]).toEqual([0, expect.stringContaining("2 changes, the newest first, as of the last fetch")]);
    expect(err).toContain("As it was when it was fetched last");
  });

  test("knows from the machine whose key it is where git itself does not", async () => {
    await site.git("config", "--unset", "gpg.ssh.allowedSignersFile");
    expect((await site.freehold(["history", "-n", "1"])).out).toContain("Ada, signed by ada");
    await site.git("push", "--quiet", "home", ":refs/freehold/journal");
    expect((await site.freehold(["history"])).out).toMatch(/Ada, signed by an unknown key SHA256:/);
  });

  test("is that of git alone where nobody tells more", async () => {
    await site.git("remote", "remove", "home");
    const { out } = await site.freehold(["history", "-n", "2"]);
    expect(out).toContain("what became of these is not known here");
    expect(out.match(/^\w{7} {2}/gm)).toHaveLength(2);
  });
});

describe("the settings of a service", () => {
  test("are those that run: of one that is held back, those of before", async () => {
    const { out } = await site.freehold(["history", "mail"]);
    expect(out).toContain(`services/mail.yaml as it runs, ${first.slice(0, 7)}`);
    expect(out).toMatch(/limits\.memory +256M/);
  });

  test("lead to the commit that gave them their value, not to one that only touched the lines", async () => {
    await site.tell([{ commit: second, hoursAgo: 1, services: { mail: {} } }]);
    const { out } = await site.freehold(["history", "mail", "--json"]);
    const { settings } = JSON.parse(out);
    const by = Object.fromEntries(
      settings.map((it: { path: string; by: { commit: string } }) => [it.path, it.by.commit]),
    );
    expect(by).toEqual({
      image: second,
      "limits.memory": second,
      "ports.imaps.port": first,
      "state.data": first,
    });
  });

  test("each have a past with reasons", async () => {
    await site.tell([{ commit: second, hoursAgo: 1, services: { mail: {} } }]);
    expect((await site.freehold(["history", "mail", "limits"])).out).toBe(`limits.memory in services/mail.yaml

  256M → 512M
  ${second.slice(0, 7)}  Ada, signed by ada  2 h ago
    More memory for mail
      Searching took half a minute.
      Bob measured it.

  came as 256M
  ${first.slice(0, 7)}  Ada, signed by ada  2 days ago
    Blog and mail
`);
  });

  test("of other files of the site are found by the file's name, without anybody's password", async () => {
    await site.write(
      "people.yaml",
      "ada:\n  title: Ada\n  password: $argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA\n",
    );
    await site.commit("A password");
    await site.git("push", "--quiet", "home", "main", ":refs/freehold/journal");
    const { out } = await site.freehold(["history", "people.yaml"]);
    expect(out).toMatch(/ada\.password +•••/);
    expect(out).not.toContain("argon2id");
  });

  test("that are not there are not made up", async () => {
    expect((await site.freehold(["history", "mial"])).err).toContain("did you mean mail?");
    expect((await site.freehold(["history", "mail", "limits.memroy"])).err).toContain("did you mean limits.memory?");
  });
});
