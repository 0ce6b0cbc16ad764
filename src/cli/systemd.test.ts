import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { exec } from "../lib/exec.ts";
import { unitText } from "./systemd.ts";

describe("the unit of a site", () => {
  test.skipIf(!existsSync("/usr/bin/systemd-analyze"))("is one that systemd accepts", async () => {
    const directory = await mkdtemp(join(tmpdir(), "freehold-unit-"));
    const file = join(directory, "freehold@home.service");
    await writeFile(file, unitText(resolve(import.meta.dirname, "../..")));
    const { code, stderr } = await exec(["systemd-analyze", "verify", "--recursive-errors=no", file]);
    await rm(directory, { recursive: true });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("ends nothing but the supervisor itself, so that services outlive it", () => {
    expect(unitText("/opt/freehold")).toContain("KillMode=process\n");
  });

  test("survives directories with spaces, quotes and percent signs", () => {
    expect(unitText('/opt/my "100%" cloud')).toContain('ExecStart="/opt/my \\"100%%\\" cloud/bin/freehold" supervise');
  });
});
