/** The middle one of several numbers; of an even count the upper middle. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** How long something takes, in milliseconds. */
export async function timeOf(run: () => unknown): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

/** What was measured side by side: the middle of ours, of the floor, and of the ratios of the pairs. */
export type Pairs = { readonly ours: number; readonly floor: number; readonly ratio: number };

/**
 * Measures two things by turns, so that whatever else the machine does meanwhile hits both: what comes first changes from round
 * to round.
 */
export async function inPairs(
  rounds: number,
  measure: { readonly ours: () => Promise<number>; readonly floor: () => Promise<number> },
): Promise<Pairs> {
  const pairs: { ours: number; floor: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const ours = await measure.ours();
      pairs.push({ ours, floor: await measure.floor() });
    } else {
      const floor = await measure.floor();
      pairs.push({ ours: await measure.ours(), floor });
    }
  }
  return {
    ours: median(pairs.map(({ ours }) => ours)),
    floor: median(pairs.map(({ floor }) => floor)),
    ratio: median(pairs.map(({ ours, floor }) => ours / floor)),
  };
}

/** The middle of several times, in milliseconds. */
export async function middleTime(rounds: number, run: () => unknown): Promise<number> {
  const found: number[] = [];
  for (let round = 0; round < rounds; round += 1) found.push(await timeOf(run));
  return median(found);
}
