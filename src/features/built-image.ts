import type { Image } from "../resource/kinds/image.ts";
import type { Tree } from "../site/site.ts";

/** Whether the name of a built image is one of those that freehold maintains (`freehold/git`), not one of the site's own. */
export function isMaintained(name: string): boolean {
  return name.startsWith("freehold/");
}

/**
 * An image built from a directory with a Containerfile. The reference ends in the directory's digest: other content is another
 * image, equal content the same one whatever the site is called.
 */
export function builtImage(id: string, service: string, name: string, context: Tree): Image {
  const repository = isMaintained(name) ? name : `site/${repositoryOf(name)}`;
  return {
    kind: "image",
    id,
    service,
    needs: [],
    reference: `localhost/${repository}:${context.digest.slice(0, 12)}`,
    source: { from: "build", context: context.source, digest: context.digest },
  };
}

/** A path as the name of a repository, which knows fewer characters (OCI distribution specification, "Pulling manifests"). */
function repositoryOf(path: string): string {
  const segments = path
    .toLowerCase()
    .split("/")
    .map((segment) => segment.replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, ""));
  return segments.filter((segment) => segment !== "").join("/") || "image";
}
