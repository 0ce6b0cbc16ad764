import type { Service, Site } from "../site/site.ts";

/**
 * Whether a container of a service may be relieved by a new one that runs beside it for a while, so that no request is lost. That is so
 * where two at a time do no harm and only the front door knows where they are: one part, which keeps no state, is exposed, speaks HTTP
 * alone, and which no other service reaches. All others are stopped first: two programs on one state may destroy it, and names inside
 * lead to one address for as long as whoever resolved them runs.
 */
export function startsFirst(site: Site, service: Service): boolean {
  const [part, another] = service.parts;
  if (part === undefined || another !== undefined || service.stage === "retired") return false;
  if (part.state.length > 0 || part.ports.length > 0 || part.port === undefined) return false;
  if (!service.expose.some((exposure) => exposure.part === part.name)) return false;
  return !site.services.some(
    ({ name, reach }) =>
      name !== service.name && reach.some((to) => to.to === "service" && to.service === service.name),
  );
}
