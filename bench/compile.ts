import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { parse } from "yaml";
import { compile } from "../src/features/compile.ts";
import { load } from "../src/site/load.ts";
import type { Site } from "../src/site/site.ts";
import { generateSite } from "./generated-site.ts";
import { middleTime, type Row, seconds } from "./row.ts";

const images = resolve(import.meta.dirname, "../images");

/** From a loaded site to resources, against parsing the same files with the same YAML library. */
export async function compileRows(): Promise<Row[]> {
  const rows: Row[] = [];
  const perService: number[] = [];
  for (const count of [100, 1_000, 10_000]) {
    const { directory, texts } = await generateSite(count);
    try {
      const rounds = count > 1_000 ? 3 : 7;
      const floor = await middleTime(rounds, () => texts.map((text) => parse(text)));
      const { site, problems } = await load(directory, { images });
      if (site === undefined) throw new Error(`the generated site has problems: ${JSON.stringify(problems[0])}`);
      const slots = slotsOf(site);
      const fresh = Array.from({ length: rounds }, () => structuredClone(site)); // compile freezes what it is given
      const took = await middleTime(rounds, () => compile(fresh.pop() ?? site, slots));
      const loaded = await middleTime(rounds > 3 ? 3 : 1, () => load(directory, { images }));
      perService.push(took / count);
      rows.push({
        what: `compile ${count.toLocaleString("en")} services`,
        measured: `${seconds(took)} (loading and checking the files: ${seconds(loaded)})`,
        floor: `${seconds(floor)} to parse the same YAML`,
        bound: `${(took / floor).toFixed(2)} of 3 times`,
        within: took <= 3 * floor,
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  }
  const [, middle = 0, large = 0] = perService;
  rows.push({
    what: "compile, time per service",
    measured: `${(large * 1000).toFixed(0)} µs of 10,000`,
    floor: `${(middle * 1000).toFixed(0)} µs of 1,000`,
    bound: `${(large / middle).toFixed(2)} of 2 times: linear`,
    within: large <= 2 * middle,
  });
  return rows;
}

/** A machine has 4,095 places; beyond that they repeat, which compile does not mind. */
export function slotsOf(site: Site): Readonly<Record<string, number>> {
  return Object.fromEntries(site.services.map(({ name }, index) => [name, 1 + (index % 4_095)]));
}
