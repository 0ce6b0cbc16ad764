import type { Draft } from "../assemble/draft.ts";
import { type Mistake, unexpected } from "../mistake.ts";
import type { Site } from "../site.ts";

/** What a service asks for and the site's engine does not have; `engine` undefined: site.yaml is broken, and nobody can tell. */
export function engineMistakes({ service }: Draft, engine: Site["engine"] | undefined): Mistake[] {
  if (engine === undefined || service.stage === "retired") return [];
  return typeof engine === "string" ? onMachine(service) : onCluster(service);
}

function onMachine({ manifests }: Draft["service"]): Mistake[] {
  if (manifests === undefined) return [];
  return [
    {
      code: "MANIFEST_NO_CLUSTER",
      path: ["manifests"],
      at: "key",
      message: "expected a site on a cluster, got engine podman: objects of Kubernetes mean nothing there",
      hint: "remove manifests, or write engine: {kubernetes: {context: NAME}} in site.yaml",
    },
  ];
}

/** The kubelet asks by HTTP, TCP or a command; what an image says of its health is nothing to it. */
function onCluster({ parts, order }: Draft["service"]): Mistake[] {
  return parts.flatMap(({ name, health }) => {
    if (health.check.by !== "image") return [];
    const path = [...(order === undefined ? [] : ["parts", name]), "health"];
    return [
      unexpected("HEALTH_NO_CLUSTER", path, "a path or a port to ask", {
        got: "image: a cluster does not run the checks of images",
        hint: "write health: /alive, or health: tcp:PORT",
      }),
    ];
  });
}
