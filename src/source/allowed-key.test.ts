import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { execOrFail } from "../lib/exec.ts";
import { readIfThere } from "../lib/fs.ts";
import { isKeyFault, readAllowedKey } from "./allowed-key.ts";
import { makeWorkshop, type SigningKey, type Workshop } from "./workshop.ts";

// Real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let shop: Workshop;
let ada: SigningKey;
let grace: SigningKey;

beforeAll(async () => {
  shop = await makeWorkshop();
  ada = await shop.sshKey("ada");
  grace = await shop.openPgpKey("grace");
});
afterAll(() => shop.end());

function fault(text: string): string {
  const read = readAllowedKey(text);
  return isKeyFault(read) ? read.is : "a key";
}

describe("a key that may sign", () => {
  test("has the fingerprint that ssh-keygen gives it, and the name behind it", async () => {
    const printed = await execOrFail(["ssh-keygen", "-l", "-f", `${shop.directory}/ada.key.pub`]);
    expect(printed.split(" ")[1]).toBe(ada.key);
    expect(ada).toMatchObject({ name: "ada", by: "ssh" });
    expect(readAllowedKey(`${ada.text} Ada  of\tthe attic `)).toMatchObject({ name: "Ada of the attic" });
    expect(readAllowedKey(`${ada.text} ada`, "lovelace")).toMatchObject({ name: "lovelace" });
    expect(readAllowedKey(ada.text)).toMatchObject({ name: ada.key });
  });

  test("has the fingerprint that gpg gives it, and the key's own user", async () => {
    const listed = await shop.gpg("--with-colons", "--list-keys", "grace");
    expect(/^fpr:+([0-9A-F]+):/m.exec(listed)?.[1]).toBe(grace.key);
    expect(grace).toMatchObject({ name: "grace <grace@example.org>", by: "openpgp" });
  });

  test.each([
    ["RSA of 3072 bits", ["-t", "rsa", "-b", "3072"], "a key"],
    ["RSA of 1024 bits", ["-t", "rsa", "-b", "1024"], "weak"],
  ])("is long enough: %s", async (_, kind, expected) => {
    const name = `rsa-${kind[3]}`;
    await execOrFail(["ssh-keygen", "-q", ...kind, "-N", "", "-C", name, "-f", `${shop.directory}/${name}`]);
    expect(fault((await readIfThere(`${shop.directory}/${name}.pub`)) ?? "")).toBe(expected);
  });

  test("is never a private one, and is not repeated when it is", async () => {
    const secret = (await readIfThere(`${shop.directory}/ada.key`)) ?? "";
    const read = readAllowedKey(secret);
    expect(read).toMatchObject({ is: "private" });
    expect(JSON.stringify(read)).not.toContain(secret.split("\n")[2]);
    expect(fault(await shop.gpg("--armor", "--export-secret-keys", "grace"))).toBe("private");
  });

  test("stands alone: of two OpenPGP keys in one block it would be open who is meant", async () => {
    await shop.openPgpKey("hedy");
    expect(fault(await shop.gpg("--armor", "--export", "grace", "hedy"))).toBe("several");
  });

  test("is whole and of a kind that signs", () => {
    const [kind, encoded = ""] = ada.text.split(" ");
    for (const text of [
      "",
      "ada",
      `${kind} ${encoded.slice(0, -8)}`,
      `ssh-rsa ${encoded}`,
      `ssh-dss ${encoded}`,
      `${kind}-cert-v01@openssh.com ${encoded}`,
      `${ada.text}\n${ada.text}`,
      `command="x" ${ada.text}`,
      "-----BEGIN PGP PUBLIC KEY BLOCK-----",
      grace.text.replace(/\n\n[\s\S]{20}/, "\n\n"),
      "x".repeat(100_000),
    ])
      expect(fault(text)).toBe("not a key");
  });

  test("is read from anything without ever throwing", () => {
    const block = fc
      .base64String()
      .map((text) => `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${text}\n-----END PGP PUBLIC KEY BLOCK-----`);
    const bytes = fc
      .uint8Array()
      .map(
        (raw) =>
          `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${Buffer.from(raw).toString("base64")}\n-----END PGP PUBLIC KEY BLOCK-----`,
      );
    const line = fc.base64String({ minLength: 40 }).map((text) => `ssh-ed25519 ${text}`);
    fc.assert(fc.property(fc.oneof(fc.string(), block, bytes, line), (text) => void readAllowedKey(text)));
  });
});
