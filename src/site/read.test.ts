import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { execOrFail } from "../lib/exec.ts";
import { type Files, withSite } from "./cases/case.ts";
import { readSiteFile } from "./read.ts";

async function read(files: Files, file: string, prepare?: (root: string) => Promise<unknown>): Promise<string> {
  return await withSite(files, async (root) => {
    await prepare?.(root);
    const result = await readSiteFile(root, file);
    return "text" in result ? result.text : result.code;
  });
}

const utf16 = Buffer.from("\ufeffname: home\n", "utf16le");

describe("a file of the site", () => {
  test("may have a byte order mark and any line ends", async () => {
    expect(await read({ "a.yaml": "\ufeffa: 1\r\nb: 2\rc: 3\n" }, "a.yaml")).toBe("a: 1\nb: 2\nc: 3\n");
  });

  test("is UTF-8", async () => {
    expect(await read({ "a.yaml": Buffer.from([0x61, 0xff, 0xfe]) }, "a.yaml")).toBe("FILE_NOT_TEXT");
    expect(await read({ "a.yaml": utf16 }, "a.yaml")).toBe("FILE_NOT_TEXT");
    expect(await read({ "a.yaml": Buffer.from([0xed, 0xa0, 0x80]) }, "a.yaml")).toBe("FILE_NOT_TEXT");
  });

  test("has at most 1 MiB", async () => {
    expect(await read({ "a.yaml": "#".repeat(1024 * 1024) }, "a.yaml")).toHaveLength(1024 * 1024);
    expect(await read({ "a.yaml": "#".repeat(1024 * 1024 + 1) }, "a.yaml")).toBe("FILE_TOO_LARGE");
  });

  test("that went away is said so, and may be tried again", async () => {
    expect(await read({}, "services/gone.yaml", (root) => mkdir(join(root, "services")))).toBe("FILE_VANISHED");
  });

  test("is no directory and no pipe: nothing waits for a writer", async () => {
    expect(await read({}, "a.yaml", (root) => mkdir(join(root, "a.yaml")))).toBe("FILE_NOT_PLAIN");
    expect(await read({}, "a.yaml", (root) => execOrFail(["mkfifo", join(root, "a.yaml")]))).toBe("FILE_NOT_PLAIN");
  });

  test("may be a link inside the site", async () => {
    expect(
      await read({ "shared/b.yaml": "b" }, "a.yaml", (root) => symlink("shared/b.yaml", join(root, "a.yaml"))),
    ).toBe("b");
  });

  test.each([
    ["out of the site", "/etc/passwd", "FILE_OUTSIDE"],
    ["to a device", "/dev/zero", "FILE_OUTSIDE"],
    ["to nothing", "nowhere", "FILE_MISSING"],
    ["in a circle", "a.yaml", "FILE_UNREADABLE"],
  ])("is not read through a link that leads %s", async (_where, target, code) => {
    expect(await read({}, "a.yaml", (root) => symlink(target, join(root, "a.yaml")))).toBe(code);
  });
});
