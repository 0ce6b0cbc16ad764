import { describe, expect, test } from "vitest";
import { loadFiles, problemLine } from "../cases/case.ts";
import { passwordHash } from "./password.ts";
import { publicKey } from "./public-key.ts";

/** Made with ssh-keygen; nobody has their private halves. */
const ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKv5017KWzedvpRlV6w+wY1/uTOJALJU3SVt5ESXctd8";
const ecdsa =
  "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHCdHvXfkmynmjf6elfJvJ/aE8uFiQavQWIW/goPuWJ+80VgUfEbLdqLF9AVtyV+3mkNTCro8dThVTHtmZLT9so=";

describe("a public key", () => {
  test.each([ed25519, ecdsa])("is a line as ssh-keygen writes it: %s", (key) => {
    expect(publicKey.safeParse(`${key} ada@laptop`).data).toBe(key);
  });

  test.each([
    ["cut short", ed25519.slice(0, 40)],
    ["of another kind than it says", ed25519.replace("ssh-ed25519", "ssh-rsa")],
    ["with options before it", `command="sh" ${ed25519}`],
    ["of a kind that is broken", "ssh-dss AAAAB3NzaC1kc3MAAACBAOb0K3Yw1uC1b0Y9m2l0c1bq3cQ5cXnU"],
    ["on two lines", `${ed25519}\n${ed25519}`],
    ["with an end that is no base64", `${ed25519}!`],
  ])("is not one %s", (_what, key) => {
    expect(publicKey.safeParse(key).success).toBe(false);
  });

  test("belongs to one person", async () => {
    const { problems } = await loadFiles({
      "people.yaml": `ada: {keys: [${ed25519} laptop]}\nben: {keys: [${ed25519} phone]}\n`,
    });
    expect(problems.map(problemLine)).toEqual(["people.yaml:2:14 PUBLIC_KEY_SHARED"]);
  });
});

describe("a password's hash", () => {
  const hash = (memory: number, passes = 2, lanes = 1): string =>
    `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$NBovRSQkorE1axhHPZqzWA$h4SWZsTwFGtjPRYQI6Kv6UC92FPeSDLuGA8S+ECwIeI`;

  test("is one that its checker can afford, and that is worth something", () => {
    expect(passwordHash.safeParse(hash(19_456)).success).toBe(true);
    const refused = [hash(7167), hash(1_048_577), hash(19_456, 33), hash(19_456, 2, 17), hash(19_456, 0)];
    expect(refused.filter((text) => passwordHash.safeParse(text).success)).toEqual([]);
  });

  test("is Argon2id and nothing else", () => {
    const others = [
      hash(19_456).replace("argon2id", "argon2i"),
      "$2b$10$abcdefghijklmnopqrstuv",
      "hunter2",
      "",
      `${hash(19_456)}\n`,
    ];
    expect(others.filter((text) => passwordHash.safeParse(text).success)).toEqual([]);
  });
});

test("people are sorted, their groups told once, and their names their titles", async () => {
  const { site } = await loadFiles({ "people.yaml": "ben: {groups: [b, a, b]}\nada: {}\n" });
  expect(site?.people).toEqual([
    { name: "ada", title: "ada", groups: [], keys: [], addresses: ["ada@example.org"] },
    { name: "ben", title: "ben", groups: ["a", "b"], keys: [], addresses: ["ben@example.org"] },
  ]);
});

describe("an address", () => {
  const said = async (people: string, site = "name: home\ndomain: example.org\ndomains: [example.net]\n") => {
    const { problems } = await loadFiles({ "site.yaml": site, "people.yaml": people });
    return problems.map((one) => `${problemLine(one)}${one.severity === "warning" ? " warning" : ""}`);
  };

  test("is at one of the site's domains, in lower case, the first one first", async () => {
    const { site } = await loadFiles({
      "site.yaml": "name: home\ndomain: example.org\ndomains: [example.net]\n",
      "people.yaml": "ada: {mail: [Lovelace@Example.NET, ada@example.org]}\nbot: {mail: []}\n",
    });
    expect(site?.people.map(({ addresses }) => addresses)).toEqual([["lovelace@example.net", "ada@example.org"], []]);
    expect(await said("ada: {mail: [ada@sub.example.org]}\n")).toEqual(["people.yaml:1:14 MAIL_FOREIGN"]);
  });

  test("belongs to one person, also one that nobody wrote", async () => {
    expect(await said("ada: {mail: [a@example.org]}\nben: {mail: [A@example.org]}\n")).toEqual([
      "people.yaml:2:14 MAIL_SHARED",
    ]);
    expect(await said("ada: {mail: [ben@example.org]}\nben: {}\n")).toEqual(["people.yaml:1:14 MAIL_SHARED"]);
    expect(await said("ada: {mail: [a@example.org, a@example.org]}\n")).toEqual(["people.yaml:1:29 MAIL_SHARED"]);
    expect(await said("ada: {mail: [ben@example.org]}\nben: {mail: [ada@example.org]}\n")).toEqual([]);
  });

  test("of a group that a person has is a warning, said once", async () => {
    expect(await said("ada: {groups: [ben]}\nben: {groups: [ben]}\n")).toEqual(["people.yaml:1:16 MAIL_GROUP warning"]);
    expect(await said("ada: {groups: [ben]}\nben: {mail: []}\n")).toEqual([]);
  });

  test("is not said to be foreign to a site that is broken itself", async () => {
    expect(await said("ada: {mail: [ada@elsewhere.org]}\n", "name: home\n")).toEqual(["site.yaml:1:1 KEY_MISSING"]);
  });

  test.each([
    ["ada", "write ada@ and a domain of the site"],
    ["ada+list@example.org", "write ada@example.org: what follows a + reaches it as well"],
    ["@example.org", "write each address: there is no address for everything else"],
    ["ada..b@example.org", undefined],
    [".ada@example.org", undefined],
    ["ada@[192.168.1.1]", undefined],
    ["a b@example.org", undefined],
    ['"a"@example.org', undefined],
    ["ada@example.org, ben@example.org", undefined],
    ["ada:x@example.org", undefined],
    ["root:$@example.org", undefined],
    [`${"a".repeat(65)}@example.org`, undefined],
  ])("is not %s", async (text, hint) => {
    const { problems } = await loadFiles({ "people.yaml": `ada: {mail: [${JSON.stringify(text)}]}\n` });
    expect(problems.map((one) => [one.code, one.hint])).toEqual([["MAIL_INVALID", hint]]);
  });
});

describe("an invitation", () => {
  const digest = "0123456789abcdef".repeat(4);
  const until = async (text: string) => {
    const { site, problems } = await loadFiles({
      "people.yaml": `ada: {invitation: {digest: ${digest}, until: ${text}}}\n`,
    });
    return site?.people[0]?.invitation?.until ?? problems.map(({ code, hint }) => [code, hint]);
  };

  test("ends with its day, or at its moment", async () => {
    expect(await until("2026-12-01")).toBe(Date.UTC(2026, 11, 2));
    expect(await until("2026-12-01T18:00Z")).toBe(Date.UTC(2026, 11, 1, 18));
    expect(await until("2026-12-01T18:00:05+01:00")).toBe(Date.UTC(2026, 11, 1, 17, 0, 5));
  });

  test.each(["2026-02-30", "2026-13-01", "tomorrow", "2026", "2026-12-01T25:00Z", "2026-12-01T18:00+99:00", "1e9"])(
    "does not end at %s",
    async (text) => {
      expect(await until(text)).toMatchObject([[expect.stringMatching(/^(DATE_INVALID|TYPE_WRONG)$/), undefined]]);
    },
  );

  test("says its zone", async () => {
    expect(await until("2026-12-01T18:00")).toEqual([
      ["DATE_INVALID", "write 2026-12-01T18:00Z for UTC, or 2026-12-01T18:00+01:00"],
    ]);
  });

  test("is not had together with a password, whose line stays hidden", async () => {
    const hash = "$argon2id$v=19$m=19456,t=2,p=1$NBovRSQkorE1axhHPZqzWA$h4SWZsTwFGtjPRYQI6Kv6UC92FPeSDLuGA8S+ECwIeI";
    const { problems } = await loadFiles({
      "people.yaml": `ada: {invitation: {digest: ${digest}, until: 2026-12-01}, password: '${hash}'}\n`,
    });
    expect(problems.map(problemLine)).toEqual(["people.yaml:1:7 PASSWORD_AND_INVITATION"]);
    expect(JSON.stringify(problems)).not.toContain("argon2");
  });

  test("needs its digest to be one", async () => {
    const { problems } = await loadFiles({
      "people.yaml": "ada: {invitation: {digest: abc, until: 2026-12-01}}\n",
    });
    expect(problems.map(problemLine)).toEqual(["people.yaml:1:28 INVITATION_INVALID"]);
  });
});
