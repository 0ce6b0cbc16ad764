import { isErrno } from "../../src/lib/fs.ts";
import { createHome, sixServices, type TestSite } from "../../test/world/site.ts";
import { addPages } from "../pages.ts";
import { median, timeOf } from "../repeat.ts";
import { megabytes, milliseconds, type Row } from "../row.ts";
import { servicePids } from "../service-pids.ts";
import { amountText } from "../table.ts";
import { httpsRow } from "./https.ts";
import { imapRow } from "./imap.ts";

const gigabyte = { at: "most", amount: megabytes(1e9), because: "1 GB" } as const;

/** All six services on one machine: how long until they are healthy, what they take, and what the front door costs their clients. */
export async function sixRows(): Promise<readonly Row[]> {
  const home = await createHome(sixServices);
  try {
    await home.mustUp();
    const start = await startRow(home);
    const imap = await imapRow(home);
    const https = await httpsRow(home);
    return [start, await memoryRow(home), imap, https]; // memory last: when all have been used
  } finally {
    await home.machine.end();
  }
}

async function startRow(home: TestSite): Promise<Row> {
  const found: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await home.must(["down", "--yes"]);
    found.push(await timeOf(() => home.must(["up", "--yes"])));
    const late = (await home.status()).services.filter(({ state }) => state !== "healthy");
    if (late.length > 0) throw new Error(`expected all to be healthy after up, got ${JSON.stringify(late)}`);
  }
  return {
    figure: "nothing running to six services healthy, images present",
    measured: milliseconds(median(found)),
    bound: { at: "most", amount: milliseconds(20_000) },
  };
}

/** Every page frame of the services' own processes once. */
async function memoryRow(home: TestSite): Promise<Row> {
  const frames = new Set<bigint>();
  const parts: string[] = [];
  let total = 0;
  for (const [name, pids] of await servicePids(home)) {
    let bytes = 0;
    for (const pid of pids) bytes += await pagesOf(pid, frames);
    total += bytes;
    parts.push(`${name.replace(/^home\./, "")} ${amountText(megabytes(bytes))}`);
  }
  return {
    figure: "memory of all six services",
    measured: megabytes(total),
    bound: gigabyte,
    notes: [parts.join(", ")],
  };
}

/** A program that was only asked something may have ended since: it takes nothing. */
async function pagesOf(pid: number, frames: Set<bigint>): Promise<number> {
  try {
    return await addPages(pid, frames);
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ESRCH")) return 0;
    throw thrown;
  }
}
