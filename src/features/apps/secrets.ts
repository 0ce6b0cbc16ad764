import { digest } from "../../resource/digest.ts";
import type { SecretsGiven } from "../../resource/kinds/container.ts";
import type { Secret } from "../../resource/kinds/secret.ts";
import type { Part, SealedSecrets, Service, Site } from "../../site/site.ts";
import { laidIn, type Place } from "../places.ts";
import { ownerIn } from "../user-inside.ts";

/** The secrets of a part: sealed, with the keys that open them. Undefined when it asks for none. */
export function secretOf(site: Site, service: Service, part: Part, place: Place): Secret | undefined {
  if (part.secrets.length === 0) return undefined;
  const sealed = sealedFor(site, service);
  return {
    kind: "secret",
    id: secretId(service, part),
    service: service.name,
    needs: laidIn(service, place),
    part: part.name,
    entries: entriesOf(sealed, part),
    keys: sealed.keys,
    owner: ownerIn(place, part),
  };
}

/** What a part's containers are given. The digest is of the sealed texts alone: for whom they are sealed changes no container. */
export function secretsGiven(site: Site, service: Service, part: Part): SecretsGiven | undefined {
  if (part.secrets.length === 0) return undefined;
  const variables = part.secrets.flatMap((use) => (use.as === "variable" ? [[use.variable, use.secret]] : []));
  const files = part.secrets.flatMap((use) => (use.as === "file" ? [[use.path, use.secret]] : []));
  return {
    source: secretId(service, part),
    variables: Object.fromEntries(variables),
    files: Object.fromEntries(files),
    digest: digest(entriesOf(sealedFor(site, service), part)),
  };
}

function secretId(service: Service, part: Part): string {
  return `secret/${service.name}/${part.name}`;
}

function sealedFor(site: Site, service: Service): SealedSecrets {
  return service.sealed ?? site.secrets;
}

/** Loading a site has seen to it that there is a text for each name. */
function entriesOf({ values }: SealedSecrets, part: Part): Record<string, string> {
  const names = new Set(part.secrets.map(({ secret }) => secret));
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}
