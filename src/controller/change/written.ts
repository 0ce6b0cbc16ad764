import type { Place } from "../../lib/problem.ts";
import type { Resource } from "../../resource/resource.ts";
import { writtenAt } from "../../site/written-at.ts";
import { frontDoor } from "../held-services.ts";

type Path = readonly string[];

/**
 * Where the files in a directory ask for what a resource is: the file of its service, or site.yaml for the front door, and in it the line that
 * a problem with this code is most likely about.
 */
export function whereWritten(directory: string, resource: Resource, code: string): Promise<Place | undefined> {
  const file = resource.service === frontDoor ? "site.yaml" : `services/${resource.service}.yaml`;
  return writtenAt(directory, file, pathsOf(resource, code));
}

function pathsOf(resource: Resource, code: string): readonly Path[] {
  switch (resource.kind) {
    case "container": {
      const special = aboutContainers[code] ?? [];
      return inPart(resource.part, [...special, "image", "build", "static"]);
    }
    case "volume":
      return [
        ["parts", resource.part, "state", resource.name],
        ["state", resource.name],
        ...inPart(resource.part, ["state"]),
      ];
    case "secret":
      return inPart(resource.part, ["secrets", "env"]);
    case "link":
      return [["reach"]];
    case "manifest":
      return [["manifests"]];
    case "certificate":
      return [["expose"]];
    case "image":
      return [["image"], ["build"], ["static"]];
    case "file":
    case "network":
      return [];
  }
}

/** What of a container these problems are about. */
const aboutContainers: Readonly<Record<string, readonly string[]>> = {
  QUOTA_EXCEEDED: ["limits", "replicas"],
  CONTAINER_UNHEALTHY: ["health"],
};

function inPart(part: string, keys: readonly string[]): readonly Path[] {
  return keys.flatMap((key) => [["parts", part, key], [key]]);
}
