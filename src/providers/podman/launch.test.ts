import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../lib/clock.ts";
import { checkVersion, launch } from "./launch.ts";
import { podmanPlaces } from "./places.ts";

describe("the version of Podman", () => {
  test("4.3 and all later ones will do", () => {
    for (const version of ["4.3.1", "4.10.0", "5.0.0", "5.4.2", "10.1"])
      expect(() => checkVersion(version)).not.toThrow();
  });

  test("an older or unknown one is refused, with what is there", () => {
    for (const version of ["4.2.9", "3.9.0", "", "x"]) {
      expect(() => checkVersion(version)).toThrow(
        expect.objectContaining({ problem: expect.objectContaining({ code: "RUNTIME_TOO_OLD" }) }),
      );
    }
  });
});

test("a service that ends instead of answering says why, each of its words once, and leaves nothing", async () => {
  const root = await mkdtemp(join(tmpdir(), "freehold-launch-"));
  const places = podmanPlaces({ root, run: root });
  await mkdir(places.api, { recursive: true });
  const argv = ["sh", "-c", "echo looking >&2; echo 'Error: no storage' >&2; exit 125"] as const;
  const call = { argv, env: process.env, places, hasUserNamespaces: true };
  let ends = 0;
  try {
    const launched = launch(call, systemClock, () => {
      ends += 1;
    });
    await expect(launched).rejects.toMatchObject({
      problem: {
        code: "RUNTIME_FAILED",
        message: `expected Podman's service to answer, got "Error: no storage"`,
        detail: ["looking"],
      },
    });
    expect(await readdir(places.api)).toEqual([]);
    expect(ends).toBe(1);
  } finally {
    await rm(root, { recursive: true });
  }
});
