import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../../lib/clock.ts";
import type { Access } from "./access.ts";
import { readMaterial } from "./material.ts";
import { remember } from "./remembered.ts";
import { rereadAfter } from "./user-credentials.ts";

/** Where a pod finds its service account, see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const usualDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Whether this process runs in a pod that has a service account. */
export function isInCluster(env: NodeJS.ProcessEnv, directory: string = usualDirectory): boolean {
  return env.KUBERNETES_SERVICE_HOST !== undefined && existsSync(join(directory, "token"));
}

/** The access of the pod that this process runs in. Its token is read again each minute: the kubelet changes it. */
export async function inClusterAccess(
  env: NodeJS.ProcessEnv,
  clock: Clock,
  directory: string = usualDirectory,
): Promise<Access> {
  const host = env.KUBERNETES_SERVICE_HOST ?? "";
  const port = env.KUBERNETES_SERVICE_PORT ?? "443";
  const { get, forget } = remember(clock, async () => ({
    value: { token: (await readMaterial({ path: join(directory, "token") })).trim() },
    until: clock.now() + rereadAfter,
  }));
  return {
    context: "in-cluster",
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    namespace: (await readFile(join(directory, "namespace"), "utf8")).trim(),
    authority: await readFile(join(directory, "ca.crt"), "utf8"),
    verify: true,
    impersonation: {},
    credentials: get,
    forget,
  };
}
