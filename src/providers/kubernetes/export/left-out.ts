import type { Certificate } from "../../../resource/kinds/certificate.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { Resource } from "../../../resource/resource.ts";
import type { KubeObject } from "../client/object.ts";
import { bundleName, certificateName, fileName, secretName } from "../translate/names.ts";
import { objectPath } from "./object.ts";

/** A Secret that an export has not written. */
export type LeftOut = {
  readonly namespace: string;
  readonly name: string;
  /** What is in it, for people. */
  readonly what: string;
  /** Where its file would be. */
  readonly path: string;
  /** Whether the file of an earlier export stays there. */
  readonly held: boolean;
};

/** The Secret of a resource that holds something secret; undefined for any other. `earlier` are the files that may stay. */
export function leftOut(site: string, resource: Resource, earlier: ReadonlySet<string>): LeftOut | undefined {
  const found = secretOf(resource);
  if (found === undefined) return undefined;
  const namespace = namespaceOf(site, resource.service);
  const object: KubeObject = { apiVersion: "v1", kind: "Secret", metadata: { name: found.name, namespace } };
  const path = objectPath(resource.service, object);
  return { namespace, ...found, path, held: earlier.has(path) };
}

function secretOf(resource: Resource): Pick<LeftOut, "name" | "what"> | undefined {
  if (resource.kind === "secret")
    return { name: secretName(resource.part), what: Object.keys(resource.entries).join(", ") };
  if (resource.kind === "certificate")
    return { name: usedName(resource), what: `a certificate for ${resource.names.join(", ")}` };
  if (resource.kind !== "file" || !resource.secret) return undefined;
  return { name: fileName(resource.id), what: "listings of people with their password hashes" };
}

/** The one of a certificate's Secrets that pods see: of those of the front door that is its bundle. */
export function usedName(certificate: Certificate): string {
  return certificate.service === "front" ? bundleName(certificate) : certificateName(certificate);
}
