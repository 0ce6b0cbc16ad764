import type { Applied } from "../ledger/applied.ts";
import { fail } from "../lib/problem.ts";
import type { Site } from "../site/site.ts";

/** A site that runs moves to another engine only by being taken down first. Problem: `ENGINE_CHANGED`. */
export function needSameEngine(applied: Applied | undefined, { name, engine }: Pick<Site, "name" | "engine">): void {
  if (applied === undefined || applied.stopped) return;
  const [before, now] = [engineWord(applied.site.engine), engineWord(engine)];
  if (before === now) return;
  fail("ENGINE_CHANGED", `expected engine: ${before}, where ${name} runs, got ${now}`, {
    hint: `freehold down --site-name ${name} takes it down there and keeps its data, which does not move by itself; then freehold up`,
  });
}

function engineWord(engine: Site["engine"]): string {
  return engine === "podman" ? "podman" : "kubernetes";
}
