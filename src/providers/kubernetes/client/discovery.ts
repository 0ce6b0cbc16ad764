import { at, listAt, parseJson, textAt } from "../../../lib/json.ts";
import { fail } from "../../../lib/problem.ts";
import type { Api } from "./api.ts";
import type { ClusterVersion } from "./client.ts";
import type { ObjectKind } from "./object.ts";
import { knownKind } from "./object-kinds.ts";
import { versionPath } from "./path.ts";
import { refusal } from "./problems.ts";
import { readStatus } from "./status.ts";

/** Milliseconds for which the answer of a cluster is believed: a kind may be added while we run. */
const believed = 60_000;

/** What kinds a cluster has. */
export type Discovery = {
  discover(apiVersion: string): Promise<readonly ObjectKind[]>;
  kindOf(object: { readonly apiVersion: string; readonly kind: string }): Promise<ObjectKind>;
};

/** Asks a cluster for its kinds, and remembers them for a minute. */
export function discovery(api: Api): Discovery {
  const remembered = new Map<string, { readonly until: number; readonly kinds: Promise<readonly ObjectKind[]> }>();
  const discover: Discovery["discover"] = (apiVersion) => {
    const now = api.clock.elapsed();
    const before = remembered.get(apiVersion);
    if (before !== undefined && before.until > now) return before.kinds;
    const kinds = askKinds(api, apiVersion);
    remembered.set(apiVersion, { until: now + believed, kinds });
    kinds.catch(() => remembered.delete(apiVersion));
    return kinds;
  };
  return {
    discover,
    kindOf: async (object) =>
      knownKind(object) ??
      (await discover(object.apiVersion)).find(({ kind }) => kind === object.kind) ??
      fail("KIND_UNKNOWN", `the cluster has no ${object.kind} of ${object.apiVersion}`, {
        hint: `see what it has: kubectl api-resources | grep -i ${object.kind.toLowerCase()}`,
      }),
  };
}

async function askKinds(api: Api, apiVersion: string): Promise<readonly ObjectKind[]> {
  const { status, body } = await api.ask({ method: "GET", path: versionPath(apiVersion) });
  if (status === 404) return [];
  if (status >= 400) {
    const kind: ObjectKind = {
      apiVersion,
      kind: "APIResourceList",
      plural: versionPath(apiVersion),
      namespaced: false,
    };
    throw refusal({ verb: "get", kind }, readStatus(status, body));
  }
  return listAt(parseJson(body), "resources").flatMap((resource) => {
    const plural = textAt(resource, "name");
    if (plural === "" || plural.includes("/")) return []; // a subresource
    return [{ apiVersion, kind: textAt(resource, "kind"), plural, namespaced: at(resource, "namespaced") === true }];
  });
}

/** What a cluster says of itself. */
export async function askVersion(api: Api): Promise<ClusterVersion> {
  const kind: ObjectKind = { apiVersion: "v1", kind: "version", plural: "/version", namespaced: false };
  const said = await api.value({ verb: "get", kind }, { method: "GET", path: "/version" });
  const number = (key: string): string => /^\d+/.exec(textAt(said, key))?.[0] ?? "0";
  return {
    version: `${number("major")}.${number("minor")}`,
    gitVersion: textAt(said, "gitVersion"),
    platform: textAt(said, "platform"),
  };
}
