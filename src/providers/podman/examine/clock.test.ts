import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { examineClock, judgeClock } from "./clock.ts";

const now = Date.UTC(2026, 10, 21, 3, 50);

describe("a clock", () => {
  test("is shown in words when it is fine", () => {
    expect(judgeClock({ now })).toEqual({ name: "clock", state: "fine", found: "2026-11-21 03:50 UTC" });
  });

  test("that is older than this program is wrong", () => {
    expect(judgeClock({ now: 0 })).toMatchObject({ state: "wrong", fix: "timedatectl set-ntp true" });
  });

  test("that is behind what it said itself before is wrong", () => {
    expect(judgeClock({ now, lastKnown: now + 59_000 }).state).toBe("fine");
    expect(judgeClock({ now, lastKnown: now + 3_600_000 })).toMatchObject({
      state: "wrong",
      found: "2026-11-21 03:50 UTC, 60 min before it last wrote a file",
    });
  });

  test("that nobody keeps right is a warning; one that cannot be asked about is not", () => {
    expect(judgeClock({ now, synchronized: false }).state).toBe("warning");
    expect(judgeClock({ now, synchronized: true }).state).toBe("fine");
  });

  test("is compared with when the site's own files were written", async () => {
    const root = await mkdtemp(join(tmpdir(), "freehold-clock-"));
    await mkdir(join(root, "sites", "home", "ledger"), { recursive: true });
    const findings = await examineClock({ root, now: Date.now() - 86_400_000 });
    await rm(root, { recursive: true });
    expect(findings[0]?.state).toBe("wrong");
  });
});
