import { systemClock } from "../../src/lib/clock.ts";
import { accessFrom } from "../../src/providers/kubernetes/client/access-from.ts";
import { kubeClient } from "../../src/providers/kubernetes/client/kube-client.ts";
import { objectKinds } from "../../src/providers/kubernetes/client/object-kinds.ts";

/** Has the cluster take the namespaces of sites away with all that is in them. It does so when it has time: about one in a second, so nobody waits. */
export async function removeSites(names: readonly string[]): Promise<void> {
  const client = kubeClient(await accessFrom(process.env), systemClock);
  try {
    const labels = `app.kubernetes.io/part-of in (${names.join(",")})`;
    const found = await Array.fromAsync(client.list(objectKinds.namespace, { labels }));
    await Promise.all(
      found.map(({ metadata: { name } }) =>
        client.remove(objectKinds.namespace, undefined, name, { propagation: "Background" }),
      ),
    );
  } finally {
    await client.close();
  }
}
