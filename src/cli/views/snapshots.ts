import type { Snapshot } from "../../providers/provider.ts";
import { type Line, type Text, tone } from "../span.ts";
import { table } from "../table.ts";
import { duration, size } from "../words.ts";

/** What a snapshot costs for as long as it is there. */
const costs: Readonly<Record<Snapshot["way"], string>> = {
  atomic: "takes what has changed since",
  reflink: "takes what has changed since",
  copy: "takes all of it",
};

/** Snapshots by service, as the port lists them. */
export function snapshotsText(snapshots: readonly Snapshot[], now: number): Text {
  if (snapshots.length === 0)
    return ["There are no snapshots: one is taken before each change of a service with state."];
  const services = [...new Set(snapshots.map(({ service }) => service))];
  return services.flatMap((service, index): Line[] => [
    ...(index === 0 ? [] : [""]),
    tone("strong", service),
    ...table(
      snapshots
        .filter((each) => each.service === service)
        .map(({ name, at, bytes, way }) => [
          name,
          tone("dim", ago(now - at)),
          bytes === undefined ? tone("dim", "not counted") : size(bytes),
          tone("dim", costs[way]),
        ]),
      "  ",
    ),
  ]);
}

/** The same for programs; `bytes` is null where counting took too long. */
export function snapshotsJson(site: string, snapshots: readonly Snapshot[]): object {
  return {
    site,
    snapshots: snapshots.map(({ service, name, at, way, bytes = null }) => ({
      service,
      name,
      at: new Date(at).toISOString(),
      way,
      bytes,
    })),
  };
}

function ago(milliseconds: number): string {
  return milliseconds < 1000 ? "just now" : `${duration(milliseconds)} ago`;
}
