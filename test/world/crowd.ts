import { join } from "node:path";
import { createInterface } from "node:readline";
import { type ClientPlace, checkout } from "./machine.ts";

/** How it went for a crowd of visitors. */
export type CrowdReport = {
  readonly asked: number;
  readonly right: number;
  /** How often what went wrong, by way of asking. */
  readonly wrong: Readonly<Record<string, number>>;
  /** How often each version answered. */
  readonly greetings: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Of the slowest answer, in milliseconds. */
  readonly slowest: number;
};

/** Visitors who ask `https://HOST` so many times a second, until they are called off: see load.ts. */
export async function startCrowd(
  machine: ClientPlace,
  host: string,
  rate = 200,
): Promise<{ end(): Promise<CrowdReport> }> {
  const program = join(checkout, "test/world/load.ts");
  const { process: crowd } = await machine.start([process.execPath, program, host, machine.door, `${rate}`]);
  if (crowd.stdout === null) throw new Error("expected the crowd to have an output");
  const lines = createInterface({ input: crowd.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.value !== "ready") throw new Error(`expected the crowd to be ready, got ${first.value ?? "its end"}`);
  return {
    end: async () => {
      crowd.stdin?.end();
      const { value } = await lines.next();
      const report: CrowdReport = JSON.parse(`${value}`);
      return report;
    },
  };
}
