/** One line of the table: what was measured, against what, and whether that is within the bound. */
export type Row = {
  readonly what: string;
  readonly measured: string;
  readonly floor: string;
  readonly bound: string;
  readonly within: boolean;
};

/** The middle one of several measurements. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Seconds, with as many digits as mean something. */
export function seconds(milliseconds: number): string {
  return milliseconds < 1000
    ? `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
    : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** Mebibytes. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

/** Runs something several times and gives the middle time in milliseconds. */
export async function middleTime(rounds: number, run: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await run();
    times.push(performance.now() - started);
  }
  return median(times);
}

/** The rows as a Markdown table. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ what, measured, floor, bound, within }) => [
    what,
    measured,
    floor,
    bound,
    within ? "yes" : "**no**",
  ]);
  const lines = [["what", "measured", "floor", "bound", "within"], ["---", "---", "---", "---", "---"], ...cells];
  return lines.map((line) => `| ${line.join(" | ")} |\n`).join("");
}
