import { createHome } from "../../test/world/site.ts";
import { middleTime } from "../repeat.ts";
import { milliseconds, type Row } from "../row.ts";

const rounds = 9;

/** `plan`, and `up` without work, over the three services of the example on Podman, from the start of the program to its end. */
export async function noWorkRows(): Promise<readonly Row[]> {
  const home = await createHome();
  try {
    await home.mustUp();
    const rows: Row[] = [];
    for (const words of [["plan"], ["up", "--yes"]]) {
      await home.must(words);
      rows.push({
        figure: `\`freehold ${words.join(" ")}\` without work, three services on Podman`,
        measured: milliseconds(await middleTime(rounds, () => home.must(words))),
        bound: { at: "most", amount: milliseconds(500) },
      });
    }
    return rows;
  } finally {
    await home.machine.end();
  }
}
