import { expect, test } from "vitest";
import { fakeClock } from "./fake-clock.ts";
import { lineLog } from "./log.ts";

test("a log has a line per event, with its time, and nobody writes two lines or colours into it", () => {
  let text = "";
  const log = lineLog((line) => {
    text += line;
  }, fakeClock());
  log.info("blog: update");
  log.warn("mail\n\u001b[31m stopped");
  expect(text).toBe("2026-01-01T00:00:00.000Z blog: update\n2026-01-01T00:00:00.000Z warning: mail␊␛[31m stopped\n");
});
