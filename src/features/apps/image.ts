import type { Image } from "../../resource/kinds/image.ts";
import type { Part, Service, Site } from "../../site/site.ts";
import { builtImage } from "../built-image.ts";
import { frontGround } from "../front.ts";

/** The image of a part: pulled, built from the site or from freehold's own, or freehold's web image for static content. */
export function imageOf(site: Site, service: Service, part: Part): Image {
  const id = `image/${service.name}/${part.name}`;
  const { image } = part;
  const needs = frontGround(site);
  if (image.from === "build") return { ...builtImage(id, service.name, image.name, image.context), needs };
  if (image.from === "static") return { ...builtImage(id, service.name, "freehold/web", site.images.web), needs };
  return {
    kind: "image",
    id,
    service: service.name,
    needs,
    reference: image.reference,
    source: { from: "registry" },
  };
}
