import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { prepare } from "../src/controller/prepare.ts";
import { converge } from "../src/converge/converge.ts";
import { systemClock } from "../src/lib/clock.ts";
import { memoryRuntime } from "../src/providers/memory/provider.ts";
import { memoryWorld } from "../src/providers/memory/world.ts";
import { load } from "../src/site/load.ts";
import { generateSite } from "./generated-site.ts";
import { middleTime, type Row, seconds } from "./row.ts";

const images = resolve(import.meta.dirname, "../images");

/** Plan, and a pass that finds nothing to do, over services that run in the memory provider. */
export async function planRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [count, bound] of [
    [100, 200],
    [1_000, 1_000],
  ] as const) {
    const { directory } = await generateSite(count);
    try {
      const { site } = await load(directory, { images });
      if (site === undefined) throw new Error("the generated site has problems");
      const runtime = memoryRuntime(memoryWorld());
      const options = { runtime, progress: () => {}, signal: new AbortController().signal, clock: systemClock };
      const planned = await middleTime(3, () => prepare(site, runtime));
      await converge((await prepare(site, runtime)).plan, options);
      const pass = await middleTime(3, async () => converge((await prepare(site, runtime)).plan, options));
      rows.push({
        what: `plan and a pass without work, ${count.toLocaleString("en")} services in memory`,
        measured: `${seconds(planned)} and ${seconds(pass)}`,
        floor: "",
        bound: seconds(bound),
        within: Math.max(planned, pass) <= bound,
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  }
  return rows;
}
