import type { Resource } from "./resource.ts";

/** What a person calls a thing: a container by its part (`imap of mail`), all else by its id. */
export function spokenName(resource: Resource): string {
  if (resource.kind !== "container") return resource.id;
  const { service, part, replica } = resource;
  const which = replica > 1 ? ` (replica ${replica})` : "";
  return `${part === service ? service : `${part} of ${service}`}${which}`;
}
