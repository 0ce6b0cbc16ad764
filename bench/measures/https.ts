import { addressOf, runningContainer } from "../../test/world/containers.ts";
import type { TestSite } from "../../test/world/site.ts";
import { inPairs } from "../repeat.ts";
import { type Row, times } from "../row.ts";
import { wrk } from "../wrk.ts";

const rounds = 5;
const connections = 32;

/**
 * A page of the blog over HTTPS through the front door, while six services run, against plain HTTP straight to the blog's container:
 * what TLS and the front door cost together. What the front door alone costs is in the row of its own.
 */
export async function httpsRow(home: TestSite): Promise<Row> {
  const blog = await addressOf(await runningContainer(home.machine, "home.blog"));
  const headers = ["Host: blog.home.localhost", "X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https"];
  const perSecond = async (url: string, more: readonly string[]): Promise<number> =>
    (await wrk(home, url, { connections, headers: more })).perSecond;
  const pairs = await inPairs(rounds, {
    ours: () => perSecond("https://blog.home.localhost:8443/", []),
    floor: () => perSecond(`http://${blog}:8080/`, headers),
  });
  return {
    figure: `HTTPS of the blog beside five others, ${connections} connections kept`,
    measured: { value: pairs.ours, unit: "requests/s" },
    floor: { what: "plain HTTP straight to nginx", amount: { value: pairs.floor, unit: "requests/s" } },
    ratio: times(pairs.ratio),
    bound: { at: "least", amount: times(0.3) },
  };
}
