import { createHome } from "../test/world/site.ts";
import { memoryBeside } from "./memory.ts";
import { mebibytes, median, middleTime, type Row, seconds } from "./row.ts";

/** The example site: from nothing running to all healthy; a plan without work; what runs beside the services. */
export async function homeRows(): Promise<Row[]> {
  const home = await createHome();
  try {
    await home.mustUp();
    const starts: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await home.machine.freehold(["down", "--yes"]);
      starts.push(await middleTime(1, () => home.mustUp()));
    }
    const start = median(starts);
    const plan = await middleTime(5, () => home.machine.freehold(["plan"]));
    const noWork = await middleTime(5, () => home.machine.freehold(["up", "--yes"]));
    const uses = await memoryBeside(home);
    const total = uses.reduce((sum, { bytes }) => sum + bytes, 0);
    return [
      {
        what: "nothing running to all three services healthy, images present",
        measured: seconds(start),
        floor: "",
        bound: seconds(10_000),
        within: start <= 10_000,
      },
      {
        what: "`plan` and `up` without work, three services on Podman, start of the program included",
        measured: `${seconds(plan)} and ${seconds(noWork)}`,
        floor: "",
        bound: seconds(500),
        within: Math.max(plan, noWork) <= 500,
      },
      {
        what: "memory of all that is not the person's own services",
        measured: `${mebibytes(total)}: ${uses.map(({ name, bytes }) => `${name} ${mebibytes(bytes)}`).join(", ")}`,
        floor: "",
        bound: "100 MB",
        within: total <= 100 * 1024 ** 2,
      },
    ];
  } finally {
    await home.machine.end();
  }
}
