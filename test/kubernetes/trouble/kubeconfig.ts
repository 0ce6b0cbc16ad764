import { writeFile } from "node:fs/promises";
import { kubectl } from "./kubectl.ts";

/** What is different from the kubeconfig that the tests run with. */
export type Difference = { readonly server?: string; readonly token?: string };

/** Where the API server of the current context is. */
export async function apiServer(): Promise<URL> {
  return new URL(await kubectl(["config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}"]));
}

/** Writes a kubeconfig for the same context of the same cluster, reached or used otherwise. */
export async function writeKubeconfig(path: string, { server, token }: Difference): Promise<void> {
  const config: Kubeconfig = JSON.parse(
    await kubectl(["config", "view", "--raw", "--minify", "--flatten", "-o", "json"]),
  );
  for (const { cluster } of config.clusters) {
    if (server === undefined) continue;
    // every API server's certificate bears this name
    cluster["tls-server-name"] = "kubernetes.default.svc";
    cluster.server = server;
  }
  if (token !== undefined) for (const user of config.users) user.user = { token };
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
}

type Kubeconfig = {
  readonly clusters: readonly { readonly cluster: { server: string; "tls-server-name"?: string } }[];
  readonly users: { user: object }[];
};
