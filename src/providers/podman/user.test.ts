import { describe, expect, test } from "vitest";
import { onlyFile, passwdEntry } from "./user.ts";

describe("a user that an image knows by name", () => {
  const text = "root:x:0:0::/:/bin/sh\nweb:x:1000:33::/:/bin/sh\n";

  test("is found in /etc/passwd with its group", () => {
    expect(passwdEntry(text, "web")).toEqual({ uid: 1000, gid: 33 });
  });

  test("is not made up when it is not there", () => {
    expect(passwdEntry(text, "we")).toBeUndefined();
    expect(passwdEntry("", "web")).toBeUndefined();
  });

  test("is read out of the archive that Podman sends, after what describes the file", () => {
    const archive = Buffer.concat([member("x", "17 gid=507576320\n"), member("0", text), Buffer.alloc(1024)]);
    expect(onlyFile(archive)).toBe(text);
    expect(onlyFile(Buffer.alloc(1024))).toBe("");
    expect(onlyFile(Buffer.alloc(0))).toBe("");
  });
});

function member(type: string, content: string): Buffer {
  const block = Buffer.alloc(512 + Math.ceil(content.length / 512) * 512);
  block.write(content.length.toString(8).padStart(11, "0"), 124);
  block.write(type, 156);
  block.write(content, 512);
  return block;
}
