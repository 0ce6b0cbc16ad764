import { setTimeout as delay } from "node:timers/promises";
import { type CrowdReport, startCrowd } from "../../test/world/crowd.ts";
import { createLab, type TestSite } from "../../test/world/site.ts";
import { timeOf } from "../repeat.ts";
import type { Row } from "../row.ts";

const rate = 200;

/** How many requests fail while one version of a service takes over from another, again and again, and what the slowest takes. */
export async function rolloutRows(): Promise<readonly Row[]> {
  const lab = await createLab({ "services/echo.yaml": version(0) });
  try {
    await lab.mustUp();
    const found: { readonly report: CrowdReport; readonly took: number }[] = [];
    for (let round = 1; round <= 3; round += 1) found.push(await rollOut(lab, round));
    const failed = found.flatMap(({ report }) => Object.values(report.wrong)).reduce((sum, count) => sum + count, 0);
    const asked = found.reduce((sum, { report }) => sum + report.asked, 0);
    const each = (name: string, values: readonly number[]) =>
      `${name}: ${values.map((value) => Math.round(value)).join(", ")} ms`;
    return [
      {
        figure: `failed requests at ${rate} requests per second through a rollout`,
        measured: { value: failed, unit: "requests" },
        bound: { at: "most", amount: { value: 0, unit: "requests" } },
        notes: [
          `${asked.toLocaleString("en")} asked through three rollouts, half of them by HTTP/2, half on connections that were kept`,
          each(
            "the slowest answer",
            found.map(({ report }) => report.slowest),
          ),
          each(
            "`freehold up`",
            found.map(({ took }) => took),
          ),
        ],
      },
    ];
  } finally {
    await lab.machine.end();
  }
}

async function rollOut(lab: TestSite, round: number): Promise<{ report: CrowdReport; took: number }> {
  await lab.write({ "services/echo.yaml": version(round) });
  const crowd = await startCrowd(lab.machine, "echo.lab.test", rate);
  await delay(2000);
  const took = await timeOf(() => lab.must(["up", "--yes"]));
  await delay(2000);
  return { report: await crowd.end(), took };
}

function version(round: number): string {
  return `build: images/probe\nport: 8080\nexpose: public\nenv: {GREETING: version ${round}}\n`;
}
