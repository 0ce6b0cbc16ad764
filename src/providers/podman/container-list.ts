import { at, listAt, numberAt, parseJson, textAt, textsAt } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { Observed } from "../../resource/observed.ts";
import { parseResource } from "../../resource/parse.ts";
import type { PodmanClient } from "./client.ts";
import { keptAs, labels } from "./names.ts";

/** One of our containers, as Podman lists it. */
export type FoundContainer = {
  readonly name: string;
  readonly container: Container;
  readonly run: NonNullable<Observed["run"]>;
  /** Its start was cut off between making its process and running it: Podman can only take it away. */
  readonly isHalfMade: boolean;
  /** Versions of the files that it sees fixed, by resource id. */
  readonly versions: ReadonlyMap<string, string>;
};

/** What is amiss with a container whose state somebody took away: it sees what is gone, until it is made anew. */
export const bereft = "its state is gone";

/** The containers of a site, whatever their state, but for those put aside; only the one with an `id` when it is given. */
export async function listContainers(client: PodmanClient, site: string, id?: string): Promise<FoundContainer[]> {
  return (await listAll(client, site, id)).filter(({ name }) => keptAs(name) === undefined);
}

/** A container that was put aside, and what it is kept as. */
export type KeptContainer = FoundContainer & { readonly as: string };

/** Those put aside. */
export async function listKept(client: PodmanClient, site: string, id?: string): Promise<KeptContainer[]> {
  return (await listAll(client, site, id)).flatMap((found) => {
    const as = keptAs(found.name);
    return as === undefined ? [] : [{ ...found, as }];
  });
}

async function listAll(client: PodmanClient, site: string, id: string | undefined): Promise<FoundContainer[]> {
  const label = [`${labels.site}=${site}`, ...(id === undefined ? [] : [`${labels.id}=${id}`])];
  const list = await client.get("/containers/json", { query: { all: true, filters: { label } } });
  return Array.isArray(list) ? list.flatMap(readContainer) : [];
}

/** The container with an id. Problem: `CONTAINER_UNKNOWN`. */
export async function needContainer(client: PodmanClient, site: string, id: string): Promise<FoundContainer> {
  const [found] = await listContainers(client, site, id);
  return (
    found ??
    fail("CONTAINER_UNKNOWN", `expected ${id} to exist, got nothing of that name`, {
      hint: "freehold status lists what there is",
    })
  );
}

/** An element of libpod's `GET /containers/json` in our words. */
export function readContainer(value: unknown): FoundContainer[] {
  const marks = textsAt(value, "Labels");
  const container = parseResource(marks.get(labels.resource) ?? "");
  if (container?.kind !== "container") return [];
  const state = textAt(value, "State").toLowerCase();
  const isRunning = ["running", "paused", "stopping"].includes(state);
  const [name] = listAt(value, "Names");
  return [
    {
      name: String(name ?? ""),
      container,
      run: {
        state: isRunning ? "running" : "stopped",
        pid: isRunning ? numberAt(value, "Pid") : 0,
        startedAt: startedAt(at(value, "StartedAt")),
        exitCode: isRunning ? 0 : numberAt(value, "ExitCode"),
        containerId: textAt(value, "Id"),
      },
      isHalfMade: state === "initialized",
      versions: textsAt(parseJson(marks.get(labels.versions) ?? "")),
    },
  ];
}

/** Seconds since the epoch, or before the first start a negative number. */
function startedAt(value: unknown): number {
  return typeof value === "number" && value > 0 ? value * 1000 : 0;
}
