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

  test("is read out of the archive that Podman sends", () => {
    const archive = Buffer.alloc(1024);
    archive.write("passwd", 0);
    archive.write(text.length.toString(8).padStart(11, "0"), 124);
    archive.write(text, 512);
    expect(onlyFile(archive)).toBe(text);
    expect(onlyFile(Buffer.alloc(0))).toBe("");
  });
});
