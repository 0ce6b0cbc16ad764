import { expect, test } from "vitest";
import { judgeImages } from "./images.ts";

test("images come from a registry, or bases are made; with neither there is a warning", () => {
  expect(judgeImages({ registry: true, mmdebstrap: false }).state).toBe("fine");
  expect(judgeImages({ registry: false, mmdebstrap: true }).state).toBe("fine");
  expect(judgeImages({ registry: false, mmdebstrap: false }).state).toBe("warning");
});
