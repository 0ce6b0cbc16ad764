import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { answerWebhook, type Call } from "./webhook.ts";

const secret = "correct horse";
const body = '{"ref":"refs/heads/main"}';

function signed(text: string | Uint8Array, key = secret): string {
  return `sha256=${createHmac("sha256", key).update(text).digest("hex")}`;
}

async function* pieces(text: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function hook() {
  const seen = new Set<string>();
  let calls = 0;
  const sources = { secret: async () => secret, called: () => (calls += 1), seen };
  const ask = async (call: Partial<Call> = {}, text: string | Uint8Array = body, size?: number): Promise<number> => {
    const whole = { method: "POST", path: "/push", signature: signed(text), ...call };
    return (await answerWebhook(sources, whole, pieces(text, size))).status;
  };
  return { ask, seen, calls: () => calls };
}

describe("a call of the webhook", () => {
  test("that is signed makes us look", async () => {
    const { ask, calls } = hook();
    expect(await ask()).toBe(202);
    expect(calls()).toBe(1);
  });

  test.each([
    ["without a signature", { signature: "" }],
    ["signed by another secret", { signature: signed(body, "wrong") }],
    ["with the signature of another body", { signature: signed("{}") }],
    ["with a signature of the wrong length", { signature: signed(body).slice(0, -2) }],
    ["signed by SHA-1", { signature: `sha1=${createHmac("sha1", secret).update(body).digest("hex")}` }],
    ["with a signature in capitals", { signature: signed(body).toUpperCase() }],
    ["with something behind the signature", { signature: `${signed(body)}\n` }],
  ])("%s is refused and makes us do nothing", async (_what, call) => {
    const { ask, calls } = hook();
    expect(await ask(call)).toBe(401);
    expect(calls()).toBe(0);
  });

  test("that comes again makes us do nothing", async () => {
    const { ask, calls } = hook();
    expect([await ask(), await ask()]).toEqual([202, 200]);
    expect(calls()).toBe(1);
  });

  test("is not remembered forever, so memory is bounded", async () => {
    const { ask, seen } = hook();
    for (let index = 0; index < 600; index += 1) await ask({}, `${index}`);
    expect(seen.size).toBe(256);
    expect(await ask({}, "599")).toBe(200);
  });

  test("may be of one mebibyte, of any bytes, and not of more", async () => {
    const { ask, calls } = hook();
    const large = new Uint8Array(1024 * 1024).fill(0xff);
    expect(await ask({}, large, 65_536)).toBe(202);
    expect(await ask({}, Buffer.concat([large, Buffer.from("x")]), 65_536)).toBe(413);
    expect(calls()).toBe(1);
  });

  test("elsewhere, or not a POST, is refused", async () => {
    const { ask, calls } = hook();
    expect([await ask({ path: "/" }), await ask({ path: "/push/" }), await ask({ method: "GET" })]).toEqual([
      404, 404, 405,
    ]);
    expect(calls()).toBe(0);
  });

  test("is refused while the secret cannot be opened", async () => {
    const sources = { secret: async () => undefined, called: () => {}, seen: new Set<string>() };
    const call = { method: "POST", path: "/push", signature: signed(body, "") };
    expect((await answerWebhook(sources, call, pieces(body))).status).toBe(503);
  });
});
