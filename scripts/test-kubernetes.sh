#!/bin/sh
# npm run test:kubernetes: the suites that need a cluster, on the one that KUBECONFIG names. Ends with "N passed, N failed".
# They make and remove namespaces of their own, and images on the nodes. Further words go to vitest.
set -eu
cd "$(dirname "$0")/.."
bin=node_modules/.bin
if [ -z "${KUBECONFIG:-}" ]; then
  cat >&2 <<END
error: expected KUBECONFIG to name the configuration of a cluster for tests, got nothing
hint: any stock one does, with a right to everything: k3s (/etc/rancher/k3s/k3s.yaml), kubeadm (/etc/kubernetes/admin.conf), kind (kind get kubeconfig >FILE)
hint: KUBECONFIG=FILE npm run test:kubernetes makes namespaces of its own there, takes them away, and leaves the others alone
END
  exit 2
fi
command -v kubectl >/dev/null || {
  echo "error: expected kubectl on PATH, by which tests look at what freehold made, got nothing" >&2
  echo "hint: https://kubernetes.io/docs/tasks/tools/, or with k3s: ln -s \"\$(command -v k3s)\" /usr/local/bin/kubectl" >&2
  exit 2
}
kubectl get --raw /readyz --request-timeout=10s >/dev/null || {
  echo "error: expected the cluster of $KUBECONFIG to answer that it is ready, got the line above" >&2
  echo "hint: kubectl config get-contexts; kubectl cluster-info" >&2
  exit 2
}
[ -x "$bin/node" ] || npm install --no-save
sh scripts/set-up.sh --test
# Those in which nodes go come after all others, and only on a cluster of this machine's own.
exec "$bin/node" "$bin/vitest" run --project kubernetes --project kubernetes-nodes "$@"
