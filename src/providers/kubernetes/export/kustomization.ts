/** What `kubectl apply -k` reads: the files or directories beside it, sorted. */
export function kustomization(resources: readonly string[]): object {
  return {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: resources.toSorted(),
  };
}
