import type { Service, Site } from "../site/site.ts";

/**
 * The names of the services whose containers may be relieved by new ones that run beside them for a while, so that no request is lost.
 * That is so where two at a time do no harm and only the front door knows where they are: one part, which keeps no state, is exposed,
 * speaks HTTP alone, and which no other service reaches. All others are stopped first: two programs on one state may destroy it, and
 * names inside lead to one address for as long as whoever resolved them runs. Takes time in proportion to the site.
 */
export function startFirst({ services }: Site): ReadonlySet<string> {
  const reached = new Set(
    services.flatMap(({ name, reach }) =>
      reach.flatMap((to) => (to.to === "service" && to.service !== name ? [to.service] : [])),
    ),
  );
  return new Set(
    services.filter((service) => mayRunTwice(service) && !reached.has(service.name)).map(({ name }) => name),
  );
}

function mayRunTwice({ parts, stage, expose }: Service): boolean {
  const [part, another] = parts;
  if (part === undefined || another !== undefined || stage === "retired") return false;
  if (part.state.length > 0 || part.ports.length > 0 || part.port === undefined) return false;
  return expose.some((exposure) => exposure.part === part.name);
}
