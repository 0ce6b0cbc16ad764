import { resolve } from "node:path";
import { parse } from "yaml";
import { compile } from "../../src/features/compile.ts";
import { load } from "../../src/site/load.ts";
import type { Site } from "../../src/site/site.ts";
import { type GeneratedSite, withGeneratedSite } from "../generated-site.ts";
import { inPairs, type Pairs, timeOf } from "../repeat.ts";
import { milliseconds, type Row, times } from "../row.ts";

const images = resolve(import.meta.dirname, "../../images");

/** How often each size is measured, by the number of services. */
const sizes = [
  [100, 15],
  [1_000, 7],
  [10_000, 3],
] as const;

/** From a site's directory to resources, against parsing the texts of the same files with the same YAML library. */
export async function compileRows(): Promise<readonly Row[]> {
  await withGeneratedSite(100, (site) => measured(site, 3)); // so that the first row does not pay for compiling freehold itself
  const found = new Map<number, Pairs>();
  for (const [count, rounds] of sizes)
    found.set(count, await withGeneratedSite(count, (site) => measured(site, rounds)));
  const perService = (count: number): number => (found.get(count)?.ours ?? Number.NaN) / count;
  return [
    ...[...found].map(([count, { ours, floor, ratio }]) => ({
      figure: `load and compile ${count.toLocaleString("en")} services`,
      measured: milliseconds(ours),
      floor: { what: "to parse the same YAML", amount: milliseconds(floor) },
      ratio: times(ratio),
      bound: { at: "most", amount: times(3) } as const,
    })),
    {
      figure: "time per service, of 10,000",
      measured: milliseconds(perService(10_000)),
      floor: { what: "of 1,000", amount: milliseconds(perService(1_000)) },
      ratio: times(perService(10_000) / perService(1_000)),
      bound: { at: "most", amount: times(1.5), because: "linear" },
    },
  ];
}

function measured({ directory, texts }: GeneratedSite, rounds: number): Promise<Pairs> {
  return inPairs(rounds, {
    ours: () =>
      timeOf(async () => {
        const { site, problems } = await load(directory, { images });
        if (site === undefined || problems.length > 0)
          throw new Error(`the generated site has problems: ${JSON.stringify(problems[0])}`);
        compile(site, slotsOf(site));
      }),
    floor: () => timeOf(() => texts.map((text) => parse(text))),
  });
}

/** A machine has 4,095 places; beyond that they repeat, which compile does not mind. */
function slotsOf({ services }: Site): Readonly<Record<string, number>> {
  return Object.fromEntries(services.map(({ name }, index) => [name, 1 + (index % 4_095)]));
}
