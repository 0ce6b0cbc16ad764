import { describe, expect, test } from "vitest";
import { checkVersion } from "./launch.ts";

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
