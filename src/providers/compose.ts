import { fail } from "../lib/problem.ts";
import type { Observation } from "../resource/observed.ts";
import type { Kind } from "../resource/resource.ts";
import type { Provider, Runtime } from "./provider.ts";

/**
 * One runtime out of a runtime and providers of further kinds: each step goes to whoever provides its kind, and what is
 * observed is put together. No two may provide the same kind.
 */
export function compose(runtime: Runtime, ...others: readonly Provider[]): Runtime {
  const providers: readonly Provider[] = [runtime, ...others];
  const byKind = new Map<Kind, Provider>();
  for (const provider of providers) {
    for (const kind of provider.kinds) {
      if (byKind.has(kind)) fail("PROVIDERS_OVERLAP", `expected one provider of ${kind}, got two`, { kind: "bug" });
      byKind.set(kind, provider);
    }
  }
  const providerOf = (kind: Kind): Provider =>
    byKind.get(kind) ?? fail("KIND_UNKNOWN", `expected a provider of ${kind}, got none`, { kind: "bug" });
  return {
    ...runtime,
    kinds: [...byKind.keys()],
    observe: async (site) => merged(await Promise.all(providers.map((provider) => provider.observe(site)))),
    apply: async (site, step, context) => providerOf(step.resource.kind).apply(site, step, context),
    remove: async (site, resource, context) => providerOf(resource.kind).remove(site, resource, context),
  };
}

function merged(observations: readonly Observation[]): Observation {
  return {
    resources: observations
      .flatMap(({ resources }) => resources)
      .sort((a, b) => (a.resource.id < b.resource.id ? -1 : 1)),
    slots: Object.fromEntries(observations.flatMap(({ slots }) => Object.entries(slots))),
    foreignSlots: [...new Set(observations.flatMap(({ foreignSlots }) => foreignSlots))].sort((a, b) => a - b),
  };
}
