import type { Resource } from "../../resource/resource.ts";
import type { Site } from "../../site/site.ts";
import { filesOf } from "./files.ts";
import { peopleListings } from "./people.ts";

/**
 * What a site came to, with the listings of its people made anew and nothing else: what `compile` gives for the same services and other
 * people. For whoever keeps a site as it was applied by an older or newer freehold.
 */
export function relist(desired: readonly Resource[], site: Site): readonly Resource[] {
  const listings = new Map(
    site.services.flatMap((service) =>
      service.parts.flatMap((part) =>
        filesOf(service, part).flatMap((file) => (file.of === "people" ? [[file.id, file.people.give] as const] : [])),
      ),
    ),
  );
  return desired.map((resource) => {
    const give = resource.kind === "file" ? listings.get(resource.id) : undefined;
    if (give === undefined || resource.kind !== "file") return resource;
    return { ...resource, content: { from: "text", entries: peopleListings(site, give) } };
  });
}
