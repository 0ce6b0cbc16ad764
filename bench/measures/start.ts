import { createHome } from "../../test/world/site.ts";
import { median, timeOf } from "../repeat.ts";
import { milliseconds, type Row } from "../row.ts";

/** The example site with nothing running but its images present, until `up` says that all three services are healthy. */
export async function startRows(): Promise<readonly Row[]> {
  const home = await createHome();
  try {
    await home.mustUp();
    const found: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await home.must(["down", "--yes"]);
      found.push(await timeOf(() => home.must(["up", "--yes"])));
      const late = (await home.status()).services.filter(({ state }) => state !== "healthy");
      if (late.length > 0) throw new Error(`expected all to be healthy after up, got ${JSON.stringify(late)}`);
    }
    return [
      {
        figure: "nothing running to three services healthy",
        measured: milliseconds(median(found)),
        bound: { at: "most", amount: milliseconds(10_000) },
      },
    ];
  } finally {
    await home.machine.end();
  }
}
