import type { KubeObject } from "../client/object.ts";

/** What Flux is told of one service. */
export type FluxService = {
  /** Its namespace, which names it for Flux as well. */
  readonly namespace: string;
  /** From the root of the repository: `kubernetes/blog`. */
  readonly path: string;
  /** Whether there are sealed secrets in it. */
  readonly sealed: boolean;
};

/** Where Flux itself is, and what it calls the repository that it was set up with: as `flux bootstrap` does it. */
const flux = { namespace: "flux-system", source: "flux-system", key: "sops-age" } as const;

/** Objects with this are never deleted by Flux because they left the repository. */
const kept = { "kustomize.toolkit.fluxcd.io/prune": "disabled" } as const;

/**
 * What Flux applies for one service, and takes away when it leaves the repository. Each stands for itself, so that one that is broken
 * keeps no other waiting: what one service needs of another lies in the other's own directory.
 */
export function fluxKustomization({ namespace, path, sealed }: FluxService): KubeObject {
  return {
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    metadata: { name: namespace, namespace: flux.namespace },
    spec: {
      interval: "10m",
      retryInterval: "1m",
      timeout: "5m",
      path: `./${path}`,
      prune: true,
      wait: true,
      sourceRef: { kind: "GitRepository", name: flux.source },
      ...(sealed && { decryption: { provider: "sops", secretRef: { name: flux.key } } }),
    },
  };
}

/** The objects of one namespace such that Flux never deletes state: claims stay, and the namespace that holds some. */
export function keptByFlux(objects: readonly KubeObject[]): readonly KubeObject[] {
  const hasState = objects.some(({ kind }) => kind === "PersistentVolumeClaim");
  return objects.map((object) => {
    const stays = object.kind === "PersistentVolumeClaim" || (hasState && object.kind === "Namespace");
    if (!stays) return object;
    return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...kept } } };
  });
}
