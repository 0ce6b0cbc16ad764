// npm run bench: measures, prints a table, ends with 1 when a bound is broken. Words: --pure for what needs no root, --write to
// put the table into docs/performance.md.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compileRows } from "./compile.ts";
import { firstAnswerRow } from "./first-answer-row.ts";
import { homeRows } from "./home-rows.ts";
import { planRows } from "./plan.ts";
import { type Row, table } from "./row.ts";
import { throughputRow } from "./throughput-row.ts";

const page = join(import.meta.dirname, "../docs/performance.md");
const marks = /(<!-- measured -->\n)[\s\S]*(<!-- end -->)/;

const rows: Row[] = [...(await compileRows()), ...(await planRows())];
if (!process.argv.includes("--pure")) rows.push(await firstAnswerRow(), ...(await homeRows()), await throughputRow());

const text = table(rows);
process.stdout.write(text);
if (process.argv.includes("--write")) {
  const day = new Date().toISOString().slice(0, 10);
  await writeFile(page, (await readFile(page, "utf8")).replace(marks, `$1\nMeasured on ${day}.\n\n${text}\n$2`));
}
process.exitCode = rows.every(({ within }) => within) ? 0 : 1;
