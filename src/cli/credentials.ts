import type { PeopleListing, Site } from "../site/site.ts";

/** What the site's people lack so that anybody can log in to a service. */
export type Lack = { readonly service: string; readonly what: "passwords" | "keys" };

/** The first service that asks people for something that none of them has, nor is invited to set. */
export function lackOf({ services, people }: Pick<Site, "services" | "people">): Lack | undefined {
  const have = {
    passwords: people.some(({ password, invitation }) => password !== undefined || invitation !== undefined),
    keys: people.some(({ keys }) => keys.length > 0),
  };
  for (const { name, parts } of services) {
    const asked = parts.flatMap((part) => part.people?.give ?? []).filter(isAsked);
    const missing = asked.find((what) => !have[what]);
    if (missing !== undefined) return { service: name, what: missing };
  }
  return undefined;
}

/** What people log in by; the rest of what a service may know of them it can do without. */
function isAsked(what: PeopleListing): what is Lack["what"] {
  return what === "passwords" || what === "keys";
}

/** What to do about it. */
export function lackText({ service, what }: Lack, { people }: Pick<Site, "people">): string {
  const name = people[0]?.name ?? "NAME";
  if (what === "passwords")
    return `next: freehold passwd ${name}, since ${service} asks for a password and nobody has one`;
  return `next: put a public key of ${name} into people.yaml, since ${service} asks for one and nobody has any`;
}
