import { type Clock, systemClock } from "../../../lib/clock.ts";
import { at, listAt, textAt } from "../../../lib/json.ts";
import { fail } from "../../../lib/problem.ts";
import { nearest } from "../../../lib/text.ts";
import type { Access } from "./access.ts";
import { inClusterAccess, isInCluster } from "./in-cluster.ts";
import { type Entry, type Kubeconfig, kubeconfigFiles, readKubeconfig } from "./kubeconfig.ts";
import { pemOf, readMaterial } from "./material.ts";
import { credentialsOf } from "./user-credentials.ts";

/**
 * The access of a context: from the kubeconfigs (KUBECONFIG, else `~/.kube/config`); without a name the current one. In a pod without any
 * kubeconfig it is the pod's own, whatever the name. Asks nothing of the cluster.
 * Problems: `CONTEXT_UNKNOWN`, `KUBECONFIG_BROKEN`.
 */
export async function accessFrom(
  env: NodeJS.ProcessEnv,
  context?: string,
  clock: Clock = systemClock,
): Promise<Access> {
  const files = kubeconfigFiles(env);
  const config = await readKubeconfig(files);
  if (config.files.length === 0 && isInCluster(env)) return inClusterAccess(env, clock);
  const name = context ?? config.current;
  const entry = config.contexts.get(name) ?? unknownContext(name, config, files);
  const cluster = entryOf(config, "clusters", entry, "cluster");
  const user = entryOf(config, "users", entry, "user");
  const spoken = await clusterOf(cluster);
  return {
    context: name,
    namespace: textAt(entry.value, "namespace") || "default",
    ...spoken,
    impersonation: impersonationOf(user),
    ...credentialsOf(user, spoken, env, clock),
  };
}

function unknownContext(name: string, config: Kubeconfig, files: readonly string[]): never {
  const places = files.join(", ");
  if (config.files.length === 0)
    fail("CONTEXT_UNKNOWN", `expected a kubeconfig at ${places}, got none`, {
      hint: "get the kubeconfig of your cluster, and name it: export KUBECONFIG=FILE",
    });
  const known = [...config.contexts.keys()].sort();
  const meant = nearest(name, known);
  const got = name === "" ? "no current-context" : `no context ${name}`;
  return fail("CONTEXT_UNKNOWN", `expected a context in ${places}, got ${got}`, {
    got: name,
    detail: known.length === 0 ? [] : [`it has: ${known.slice(0, 20).join(", ")}`],
    hint: meant === undefined ? "see which there are: kubectl config get-contexts" : `did you mean ${meant}?`,
  });
}

function entryOf(config: Kubeconfig, list: "clusters" | "users", context: Entry, key: string): Entry {
  const name = textAt(context.value, key);
  const found = config[list].get(name);
  if (found === undefined)
    return fail(
      "KUBECONFIG_BROKEN",
      `expected the ${key} "${name}" of a context in ${context.file} to be there, got none`,
      {
        got: name,
        hint: "see what there is: kubectl config view",
      },
    );
  return found;
}

async function clusterOf(cluster: Entry): Promise<Pick<Access, "server" | "authority" | "serverName" | "verify">> {
  const server = textAt(cluster.value, "server").replace(/\/+$/, "");
  if (!/^https?:$/.test(URL.parse(server)?.protocol ?? ""))
    fail(
      "KUBECONFIG_BROKEN",
      `expected server to be an address like https://10.0.0.1:6443 in ${cluster.file}, got "${server}"`,
      {
        got: server,
      },
    );
  if (textAt(cluster.value, "proxy-url") !== "")
    fail("KUBECONFIG_BROKEN", `expected a cluster without proxy-url in ${cluster.file}, got one`, {
      hint: "reach the cluster without a proxy: a tunnel (WireGuard, ssh -L) and its address as server",
    });
  const authority = pemOf(cluster, "certificate-authority");
  const serverName = textAt(cluster.value, "tls-server-name");
  return {
    server,
    verify: at(cluster.value, "insecure-skip-tls-verify") !== true,
    ...(authority === undefined ? {} : { authority: await readMaterial(authority) }),
    ...(serverName === "" ? {} : { serverName }),
  };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
function impersonationOf(user: Entry): Access["impersonation"] {
  const as = textAt(user.value, "as");
  if (as === "") return {};
  const uid = textAt(user.value, "as-uid");
  const groups = listAt(user.value, "as-groups").map(String);
  return {
    "impersonate-user": as,
    ...(uid === "" ? {} : { "impersonate-uid": uid }),
    ...(groups.length === 0 ? {} : { "impersonate-group": groups }),
  };
}
