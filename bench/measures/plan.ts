import { resolve } from "node:path";
import { prepare } from "../../src/controller/prepare.ts";
import { converge } from "../../src/converge/converge.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { memoryRuntime } from "../../src/providers/memory/provider.ts";
import { memoryWorld } from "../../src/providers/memory/world.ts";
import { load } from "../../src/site/load.ts";
import { type GeneratedSite, withGeneratedSite } from "../generated-site.ts";
import { middleTime } from "../repeat.ts";
import { milliseconds, type Row } from "../row.ts";

const images = resolve(import.meta.dirname, "../../images");

/** A pass that finds nothing to do (observe, compile, plan, converge) over services that run in the memory provider. */
export async function planRows(): Promise<readonly Row[]> {
  return [
    await withGeneratedSite(100, (site) => rowOf(site, 100, 200)),
    await withGeneratedSite(1_000, (site) => rowOf(site, 1_000, 1_000)),
  ];
}

async function rowOf({ directory }: GeneratedSite, count: number, bound: number): Promise<Row> {
  const { site } = await load(directory, { images });
  if (site === undefined) throw new Error("expected a generated site without problems, got some");
  const runtime = memoryRuntime(memoryWorld());
  const options = { runtime, progress: () => {}, signal: new AbortController().signal, clock: systemClock };
  const pass = async () => converge((await prepare(site, runtime)).plan, options);
  const first = await pass();
  const failed = first.find(({ result }) => result !== "done");
  if (failed !== undefined) throw new Error(`expected all steps to be done, got ${JSON.stringify(failed)}`);
  const took = await middleTime(5, async () => {
    const outcomes = await pass();
    if (outcomes.length > 0) throw new Error(`expected nothing to do, got ${outcomes.length} steps`);
  });
  return {
    figure: `plan and pass without work, ${count.toLocaleString("en")} services in memory`,
    measured: milliseconds(took),
    bound: { at: "most", amount: milliseconds(bound) },
  };
}
