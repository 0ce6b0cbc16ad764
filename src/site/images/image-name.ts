/** An image of a registry, taken apart: `docker.io/library/nginx`, `1.29`, `sha256:…`. */
export type ImageName = { readonly repository: string; readonly tag?: string; readonly digest?: string };

/**
 * The parts of a reference that names its registry, as the language's `image` has it. A colon before the last slash belongs to the
 * registry's port. Grammar: github.com/distribution/reference.
 */
export function imageName(reference: string): ImageName {
  const [name = "", digest] = reference.split("@");
  const colon = name.lastIndexOf(":");
  const tagged = colon > name.lastIndexOf("/");
  return {
    repository: tagged ? name.slice(0, colon) : name,
    ...(tagged && { tag: name.slice(colon + 1) }),
    ...(digest !== undefined && { digest }),
  };
}

/** The reference without a digest: what a lock file pins. A missing tag means `latest`, for every registry. */
export function taggedReference({ repository, tag = "latest" }: ImageName): string {
  return `${repository}:${tag}`;
}
