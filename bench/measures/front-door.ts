import { type RunningContainer, runningContainer } from "../../test/world/containers.ts";
import { createHome, type TestSite } from "../../test/world/site.ts";
import { eventually } from "../../test/world/wait.ts";
import { barePorts, quickAddress, startBareHaproxy, startQuickService } from "../bare-haproxy.ts";
import { processorTime } from "../processor-time.ts";
import { inPairs, median } from "../repeat.ts";
import { type Row, times } from "../row.ts";
import { wrk } from "../wrk.ts";

const rounds = 11;
const connections = 32;
const portOfFront = 8443;

/**
 * Requests a second through HAProxy as we configure it, against one with nothing but the same TLS and the same service behind
 * it, which does the same work for both. What is lost where the service costs next to nothing is told in a note.
 */
export async function frontDoorRows(): Promise<readonly Row[]> {
  const home = await createHome(["blog"]);
  try {
    await home.write({ "services/quick.yaml": quick });
    await home.mustUp();
    const door = await runningContainer(home.machine, "home.front.haproxy");
    const blog = await runningContainer(home.machine, "home.blog");
    const service = await startQuickService(home);
    const bare = await startBareHaproxy(home, blog);
    const page = await compare(home, "blog.home.localhost", blog, [
      { program: door, port: portOfFront },
      { program: bare, port: barePorts.service },
    ]);
    const least = await compare(home, "home.localhost", service, [
      { program: door, port: portOfFront },
      { program: bare, port: barePorts.quick },
    ]);
    const perSecond = (value: number) => `${Math.round(value).toLocaleString("en")}/s`;
    return [
      {
        figure: `front door, HTTP/1.1 over TLS 1.3, ${connections} connections kept`,
        measured: { value: page.ours, unit: "requests/s" },
        floor: { what: "through a bare HAProxy", amount: { value: page.floor, unit: "requests/s" } },
        ratio: times(page.ratio),
        bound: { at: "least", amount: times(0.95) },
        notes: [
          `processor time a request: HAProxy ${page.costs.ours}, bare ${page.costs.floor}; the blog ${page.behind.ours}, behind the bare one ${page.behind.floor}`,
          `with a service that costs next to nothing: ${perSecond(least.ours)}, bare ${perSecond(least.floor)}, ${least.ratio.toFixed(2)} ×; HAProxy ${least.costs.ours}, bare ${least.costs.floor}`,
        ],
      },
    ];
  } finally {
    await home.machine.end();
  }
}

const quick = `external: http://${quickAddress}\nexpose: [{host: home.localhost, to: public}]\n`;

type Way = { readonly program: RunningContainer; readonly port: number };
type Both<T> = { readonly ours: T; readonly floor: T };
type Compared = Both<number> & {
  readonly ratio: number;
  /** Processor time a request, of HAProxy and of the service behind it. */
  readonly costs: Both<string>;
  readonly behind: Both<string>;
};

/** Loads both ways to one service by turns. */
async function compare(
  home: TestSite,
  host: string,
  service: RunningContainer,
  [ours, floor]: readonly [Way, Way],
): Promise<Compared> {
  const costs: Both<number[]> = { ours: [], floor: [] };
  const behind: Both<number[]> = { ours: [], floor: [] };
  const measured = async (who: keyof Both<unknown>, { program, port }: Way): Promise<number> => {
    const used = () => Promise.all([processorTime(program.pid), processorTime(service.pid)]);
    const before = await used();
    const { requests, perSecond } = await wrk(home, `https://${host}:${port}/`, { connections });
    const after = await used();
    costs[who].push((after[0] - before[0]) / requests);
    behind[who].push((after[1] - before[1]) / requests);
    return perSecond;
  };
  for (const { port } of [ours, floor]) await answers(home, `https://${host}:${port}/`);
  const pairs = await inPairs(rounds, {
    ours: () => measured("ours", ours),
    floor: () => measured("floor", floor),
  });
  const texts = ({ ours: one, floor: other }: Both<number[]>) => ({ ours: micro(one), floor: micro(other) });
  return { ...pairs, costs: texts(costs), behind: texts(behind) };
}

/** The middle of several times in milliseconds. */
function micro(values: readonly number[]): string {
  return `${(median(values) * 1000).toFixed(0)} µs`;
}

async function answers(home: TestSite, url: string): Promise<void> {
  await eventually(`${url} to answer`, async () =>
    (await home.curl(["-f", "-o", "/dev/null", url])).code === 0 ? true : undefined,
  );
}
