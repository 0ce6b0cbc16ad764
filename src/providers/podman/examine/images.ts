import type { Finding } from "../../provider.ts";
import { findProgram } from "../prepare.ts";
import { fine, warning } from "./finding.ts";
import { addressesOf } from "./names.ts";

/** Ways to get images. */
export type ImageFacts = { readonly registry: boolean; readonly mmdebstrap: boolean };

/** Looks at where images can come from. */
export async function examineImages(): Promise<readonly Finding[]> {
  const found = await addressesOf("registry-1.docker.io");
  return [
    judgeImages({
      registry: found !== undefined && found.length > 0,
      mmdebstrap: (await findProgram("mmdebstrap")) !== undefined,
    }),
  ];
}

/** What follows from the ways to get images. Pure. */
export function judgeImages({ registry, mmdebstrap }: ImageFacts): Finding {
  if (registry) return fine("images", "registries have addresses");
  if (mmdebstrap) return fine("images", "no registry is known here; mmdebstrap makes the bases");
  return warning(
    "images",
    "no registry is known here",
    "docker.io, or mmdebstrap to make bases",
    "look at /etc/resolv.conf, or apt-get install mmdebstrap",
  );
}
