import { fail } from "../../../lib/problem.ts";
import { canonical } from "../../../resource/digest.ts";
import type { Resource } from "../../../resource/resource.ts";

/** Bytes of all annotations of an object are at most 256 KiB; the rest is for what others write on it. */
const most = 240_000;

/**
 * A resource as its main object bears it. Problem: `RESOURCE_TOO_LARGE`, for a service with very many or very long variables, secrets or
 * texts in its file.
 */
export function descriptionOf(resource: Resource): string {
  const text = canonical(resource);
  const size = Buffer.byteLength(text);
  if (size > most)
    fail("RESOURCE_TOO_LARGE", `expected at most ${most} bytes to describe ${resource.id} in a cluster, got ${size}`, {
      expected: `at most ${most} bytes`,
      got: `${size} bytes`,
      hint: `put long texts of services/${resource.service}.yaml into files of the site, and name them under files:`,
    });
  return text;
}
