import type { ResourceId } from "../../resource/base.ts";
import type { Reload } from "../../resource/kinds/container.ts";
import type { Image } from "../../resource/kinds/image.ts";
import type { Secret } from "../../resource/kinds/secret.ts";
import type { Observation, Observed } from "../../resource/observed.ts";
import type { Resource } from "../../resource/resource.ts";
import type { ApplyContext, Provider, Runtime } from "../provider.ts";

/** Commands for a container's process or for `exec`. The image understands them. */
export type ContractCommands = {
  /** Prints `serving` on stdout, then answers HTTP 200 on TCP 8080 (all addresses) until it is ended. */
  readonly serve: readonly string[];
  /** Ends at once with a code. */
  readonly ends: (code: number) => readonly string[];
  /** Writes a text to a path and ends with 0. */
  readonly writes: (path: string, text: string) => readonly string[];
  /** Ends with 0 if the file at a path holds exactly this text, else with another code. */
  readonly holds: (path: string, text: string) => readonly string[];
  /** Ends with 0 if a variable of its environment is exactly this text, else with another code. */
  readonly hasVariable: (name: string, text: string) => readonly string[];
};

/** A world of a back end's own, made for one run of the suite. Two sites of it are the suite's. */
export type ContractWorld = {
  readonly runtime: Runtime;
  readonly site: string;
  readonly otherSite: string;
  /** Its reference is what the containers start from. */
  readonly image: Image;
  /**
   * It is a cluster: resources have its shape, places in the address plan mean nothing, and what ended is started again by the cluster
   * itself. Absent: one machine.
   */
  readonly cluster?: true;
  /** Three places in the address plan that nobody uses. */
  readonly slots: readonly [number, number, number];
  readonly commands: ContractCommands;
  /** A command that serves as above and also answers `reload` on the socket; absent: the suite leaves reloading out. */
  readonly reloading?: { readonly command: readonly string[]; readonly reload: Reload };
  /** False where nobody limits how many processes a container has; else that is held, too. */
  readonly limitsProcesses?: false;
  /** Seals texts, by the names of secrets, so that the runtime can open them. */
  seal(values: Readonly<Record<string, string>>): Promise<Pick<Secret, "entries" | "keys">>;
  /** Kills the process of a container of `site` from outside, as a crash would. Resolves when it is dead. */
  kill(id: ResourceId): Promise<void>;
  end(): Promise<void>;
};

/** What every apply of the suite gets when nothing is to be stopped. */
export function context(signal: AbortSignal = new AbortController().signal): ApplyContext {
  return { report: () => {}, signal };
}

/** Applies a `create`. */
export function create(provider: Provider, site: string, resource: Resource, signal?: AbortSignal): Promise<void> {
  return provider.apply(site, { action: "create", resource, because: { changes: [] } }, context(signal));
}

/** What is observed under an id. */
export async function seen(provider: Provider, site: string, id: ResourceId): Promise<Observed | undefined> {
  return (await provider.observe(site)).resources.find(({ resource }) => resource.id === id);
}

/** Applies a `replace` or an `update` of what is observed now. */
export async function change(
  provider: Provider,
  site: string,
  action: "update" | "replace",
  resource: Resource,
  amiss?: string,
): Promise<void> {
  const was = await seen(provider, site, resource.id);
  if (was === undefined) throw new Error(`expected ${resource.id} to exist`);
  const marked = amiss === undefined ? was : { ...was, amiss };
  await provider.apply(site, { action, resource, was: marked, because: { changes: [] } }, context());
}

/** State before networks, so that these go once and for all where they are what state lies in. */
const removalOrder: readonly Resource["kind"][] = [
  "container",
  "link",
  "file",
  "secret",
  "certificate",
  "volume",
  "network",
  "image",
];

/** Takes away everything of a site but images, so that each test starts from nothing. */
export async function clear(provider: Provider, site: string): Promise<void> {
  const { resources } = await provider.observe(site);
  for (const kind of removalOrder.filter((each) => each !== "image")) {
    const found = resources.filter((each) => each.resource.kind === kind);
    await Promise.all(found.map(({ resource }) => provider.remove(site, resource, context())));
  }
}

/** The same between two tests of containers, but for a cluster's networks: it takes five seconds to take a namespace away. */
export async function tidy({ runtime, cluster }: ContractWorld, site: string): Promise<void> {
  if (cluster !== true) return clear(runtime, site);
  const keeping = { ...runtime, observe: async (of: string) => withoutNetworks(await runtime.observe(of)) };
  await clear(keeping, site);
}

function withoutNetworks(observation: Observation): Observation {
  return { ...observation, resources: observation.resources.filter(({ resource }) => resource.kind !== "network") };
}
