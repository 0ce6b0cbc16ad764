import { createPrivateKey, sign, verify } from "node:crypto";
import { expect, test } from "vitest";
import { generateKey, generatePassword } from "./generate.ts";

test("a password has 24 characters that nobody takes for one another, and every one of them comes up", () => {
  const many = Array.from({ length: 200 }, generatePassword);
  expect(new Set(many).size).toBe(200);
  for (const password of many) expect(password).toMatch(/^[a-km-np-zA-HJ-NP-Z2-9]{24}$/);
  expect(new Set(many.join("")).size).toBe(56);
});

test("a key for signing mail is RSA of 2048 bits in PEM", async () => {
  const key = createPrivateKey(await generateKey("rsa-2048"));
  expect(key.asymmetricKeyType).toBe("rsa");
  expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048);
  expect(
    verify(
      "sha256",
      Buffer.from("x"),
      { key: key.export({ type: "pkcs8", format: "pem" }) },
      sign("sha256", Buffer.from("x"), key),
    ),
  ).toBe(true);
});
