import { type RunningContainer, runningContainer } from "../../test/world/containers.ts";
import { createHome, type TestSite } from "../../test/world/site.ts";
import { eventually } from "../../test/world/wait.ts";
import { startBareHaproxy } from "../bare-haproxy.ts";
import { processorTime } from "../processor-time.ts";
import { inPairs, median } from "../repeat.ts";
import { type Row, times } from "../row.ts";

const rounds = 11;
const connections = 32;
const portOfFront = 8443;

/** Requests a second through HAProxy as we configure it, against one with nothing but the same TLS and the same service behind it. */
export async function frontDoorRows(): Promise<readonly Row[]> {
  const home = await createHome(["blog"]);
  try {
    await home.mustUp();
    const door = await runningContainer(home.machine, "home.front.haproxy");
    const bare = await startBareHaproxy(home, await runningContainer(home.machine, "home.blog"));
    const at = (port: number) => `https://blog.home.localhost:${port}/`;
    for (const port of [portOfFront, 9443]) await answers(home, at(port));
    const costs: { readonly [who in "ours" | "floor"]: number[] } = { ours: [], floor: [] };
    const measured = async (who: "ours" | "floor", program: RunningContainer, url: string): Promise<number> => {
      const before = await processorTime(program.pid);
      const { requests, perSecond } = await loadOf(home, url);
      costs[who].push(((await processorTime(program.pid)) - before) / requests);
      return perSecond;
    };
    const { ours, floor, ratio } = await inPairs(rounds, {
      ours: () => measured("ours", door, at(portOfFront)),
      floor: () => measured("floor", bare, at(9443)),
    });
    const cost = (who: "ours" | "floor") => `${(median(costs[who]) * 1000).toFixed(0)} µs`;
    return [
      {
        figure: `front door, HTTP/1.1 over TLS 1.3, ${connections} connections kept`,
        measured: { value: ours, unit: "requests/s" },
        floor: { what: "through a bare HAProxy", amount: { value: floor, unit: "requests/s" } },
        ratio: times(ratio),
        bound: { at: "least", amount: times(0.95) },
        notes: [`HAProxy's processor time a request: ${cost("ours")}, bare ${cost("floor")}`],
      },
    ];
  } finally {
    await home.machine.end();
  }
}

async function answers(home: TestSite, url: string): Promise<void> {
  await eventually(`${url} to answer`, async () =>
    (await home.curl(["-f", "-o", "/dev/null", url])).code === 0 ? true : undefined,
  );
}

/** wrk asks as fast as it gets answers. It must get nothing but good ones. */
async function loadOf(home: TestSite, url: string): Promise<{ requests: number; perSecond: number }> {
  const { stdout, stderr } = await home.machine.exec(["wrk", "-t1", `-c${connections}`, "-d2s", url]);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  if (!(perSecond > 0) || /Non-2xx|Socket errors/.test(stdout)) throw new Error(`wrk: ${stdout}${stderr}`);
  return { requests, perSecond };
}
