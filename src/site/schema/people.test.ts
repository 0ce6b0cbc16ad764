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
    { name: "ada", title: "ada", groups: [], keys: [] },
    { name: "ben", title: "ben", groups: ["a", "b"], keys: [] },
  ]);
});
