import type { Clock } from "../../../lib/clock.ts";
import { at, textAt } from "../../../lib/json.ts";
import { fail } from "../../../lib/problem.ts";
import type { Access, Credentials } from "./access.ts";
import { type PluginCluster, pluginOf, runPlugin } from "./credential-plugin.ts";
import type { Entry } from "./kubeconfig.ts";
import { fileOf, type Material, pemOf, readMaterial } from "./material.ts";
import { remember } from "./remembered.ts";

/** Milliseconds for which what a file said is believed: tokens of service accounts are changed within their hour. */
export const rereadAfter = 60_000;

/** How a user of a kubeconfig logs in: what Access needs of it. Problem: `KUBECONFIG_BROKEN`. */
export function credentialsOf(
  user: Entry,
  cluster: PluginCluster,
  env: NodeJS.ProcessEnv,
  clock: Clock,
): Pick<Access, "credentials" | "forget"> {
  for (const key of ["auth-provider", "username"])
    if (at(user.value, key) !== undefined)
      fail("KUBECONFIG_BROKEN", `expected a token, a certificate or exec for the user in ${user.file}, got ${key}`, {
        got: key,
        hint: "Kubernetes itself has given it up: log in to the cluster again with its own tool",
      });
  const plugin = pluginOf(user, cluster);
  const { get, forget } = remember(clock, async () =>
    plugin === undefined
      ? { value: await fixedCredentials(user), until: clock.now() + rereadAfter }
      : runPlugin(plugin, env),
  );
  return { credentials: get, forget };
}

async function fixedCredentials(user: Entry): Promise<Credentials> {
  const certificate = pemOf(user, "client-certificate");
  const key = pemOf(user, "client-key");
  const tokenFile = fileOf(user, "tokenFile"); // counts before a token, as with kubectl
  const token = tokenFile === undefined ? textAt(user.value, "token") : (await readMaterial(tokenFile)).trim();
  return {
    ...(token === "" ? {} : { token }),
    ...(certificate === undefined || key === undefined ? {} : await pair(certificate, key)),
  };
}

async function pair(certificate: Material, key: Material): Promise<Credentials> {
  return { certificate: await readMaterial(certificate), key: await readMaterial(key) };
}
