// npm run bench [-- NAME…] [--json] [--write]: measures, prints a table, ends with 1 when a bound is missed. See docs/performance.md.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { endMachines } from "../test/world/machine.ts";
import { type Measure, measures } from "./measures.ts";
import { type TableName, withTable } from "./page.ts";
import { isWithin, type Row } from "./row.ts";
import { load, machineWords } from "./surroundings.ts";
import { markdownTable, textTable } from "./table.ts";

const page = join(import.meta.dirname, "../docs/performance.md");

async function main(): Promise<number> {
  const options = { json: { type: "boolean" }, write: { type: "boolean" } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const unknown = positionals.find((name) => !measures.has(name));
  const isChosen = (name: string): boolean => positionals.length === 0 || positionals.includes(name);
  const chosen = [...measures].filter(([name]) => isChosen(name));
  const tables = new Set(chosen.map(([, measure]) => tableOf(measure)));
  const isPart = [...measures].some(([name, measure]) => tables.has(tableOf(measure)) && !isChosen(name));
  if (unknown !== undefined || (values.write === true && isPart)) {
    process.stderr.write(usage(unknown));
    return 2;
  }
  const began = { at: new Date(), load: load() };
  const rows: Row[] = [];
  const byTable = new Map<TableName, Row[]>([...tables].map((table) => [table, []]));
  const failed: string[] = [];
  for (const [name, measure] of chosen) {
    process.stderr.write(`${name}: ${measure.about}\n`);
    try {
      const found = await measure.rows();
      rows.push(...found);
      byTable.get(tableOf(measure))?.push(...found);
    } catch (thrown) {
      failed.push(name);
      process.stderr.write(`${name} could not be measured: ${thrown instanceof Error ? thrown.stack : thrown}\n`);
    }
  }
  const machine = await machineWords();
  const loads = { before: began.load, after: load() };
  const busy = `load ${loads.before.toFixed(1)} before, ${loads.after.toFixed(1)} after`;
  const judged = rows.map((row) => ({ ...row, ok: isWithin(row) }));
  if (values.json === true)
    process.stdout.write(`${JSON.stringify({ machine, load: loads, rows: judged, failed }, null, 2)}\n`);
  else process.stdout.write(`\n${textTable(rows)}\n${machine}; ${busy}\n`);
  if (values.write === true) {
    const when = `\nMeasured on ${began.at.toISOString().slice(0, 10)}: ${machine}; ${busy}.\n\n`;
    for (const [table, found] of byTable) {
      if (found.every((row) => "leftOut" in row)) continue; // what was measured before stays
      await writeFile(page, withTable(await readFile(page, "utf8"), table, `${when}${markdownTable(found)}\n`));
    }
  }
  return failed.length === 0 && judged.every(({ ok }) => ok) ? 0 : 1;
}

function tableOf({ table = "machine" }: Measure): TableName {
  return table;
}

function usage(unknown: string | undefined): string {
  const names = [...measures].map(([name, { about }]) => `  ${name.padEnd(14)}${about}\n`).join("");
  const wrong =
    unknown === undefined
      ? "error: --write is for all measures, or for all of one table (kubernetes)\n"
      : `error: expected a measure of these, got "${unknown}"\n`;
  return `${wrong}usage: npm run bench -- [NAME…] [--json] [--write]\n${names}`;
}

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void endMachines().finally(() => process.exit(130)));

try {
  process.exitCode = await main();
} finally {
  await endMachines();
}
