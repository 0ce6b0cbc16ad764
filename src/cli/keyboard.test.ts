import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { readLine, readSecret } from "./keyboard.ts";

const never = new AbortController().signal;

function typing(text: string): PassThrough {
  const stdin = new PassThrough();
  stdin.write(text);
  return stdin;
}

describe("a line", () => {
  test("is read without its end, and what follows is left for the next", async () => {
    const stdin = typing("one\r\ntwo\n");
    expect(await readLine(stdin, never)).toBe("one");
    expect(await readLine(stdin, never)).toBe("two");
  });

  test("may end with the input, and an input that is at its end gives an empty one", async () => {
    const stdin = new PassThrough();
    stdin.end("last");
    expect(await readLine(stdin, never)).toBe("last");
    expect(await readLine(stdin, never)).toBe("");
  });

  test("keeps characters whole that arrive in pieces", async () => {
    const stdin = new PassThrough();
    const answer = readLine(stdin, never);
    for (const byte of Buffer.from("grüße🙂\n")) stdin.write(Buffer.from([byte]));
    expect(await answer).toBe("grüße🙂");
  });

  test("is given up when the person interrupts, and when it never ends", async () => {
    const interrupt = new AbortController();
    const answer = readLine(new PassThrough(), interrupt.signal);
    interrupt.abort();
    await expect(answer).rejects.toThrow("interrupted");
    await expect(readLine(typing("x".repeat(70_000)), never)).rejects.toThrow("at most");
  });
});

describe("a secret", () => {
  test("is read while the terminal shows nothing, which ends in any case", async () => {
    const modes: boolean[] = [];
    const stdin = Object.assign(typing("secrex\x7ft\r"), { setRawMode: (mode: boolean) => modes.push(mode) });
    expect(await readSecret(stdin, never, () => modes.push(modes.at(-1) === true))).toBe("secret");
    expect(modes).toEqual([true, true, false]);
    await expect(readSecret(typing("se\x03"), never, () => {})).rejects.toThrow("interrupted");
  });

  test("can be begun again by Ctrl-U", async () => {
    expect(await readSecret(typing("wrong\x15right\n"), never, () => {})).toBe("right");
  });
});
