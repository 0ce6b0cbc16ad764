import type { Resource } from "../../../resource/resource.ts";
import type { KubeObject } from "../client/object.ts";
import { certificateObjects } from "./certificate.ts";
import { containerObjects } from "./container.ts";
import { fileObjects } from "./file.ts";
import { imageObjects } from "./image.ts";
import { linkObjects } from "./link.ts";
import { manifestObjects } from "./manifest.ts";
import { networkObjects } from "./network.ts";
import { secretObjects } from "./secret.ts";
import type { Translation } from "./translation.ts";
import { volumeObjects } from "./volume.ts";

/**
 * What a resource is in a cluster, the main object first: it bears the resource itself, by which `resourceOf` in resource-of.ts knows it
 * again. Pure. Apply each with the field manager that `managerOf` in manager-of.ts says. Problems: `FILE_TOO_LARGE`, `RESOURCE_TOO_LARGE`,
 * `USER_NAMED`.
 */
export function objectsOf(resource: Resource, translation: Translation): readonly KubeObject[] {
  switch (resource.kind) {
    case "network":
      return networkObjects(resource, translation);
    case "container":
      return containerObjects(resource, translation);
    case "volume":
      return volumeObjects(resource, translation);
    case "file":
      return fileObjects(resource, translation);
    case "secret":
      return secretObjects(resource, translation);
    case "certificate":
      return certificateObjects(resource, translation);
    case "image":
      return imageObjects(resource, translation);
    case "link":
      return linkObjects(resource, translation);
    case "manifest":
      return manifestObjects(translation.site, resource);
  }
}
