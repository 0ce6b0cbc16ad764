// Nodes without machines on the cluster of KUBECONFIG, until standard input ends. Says "ready". A program of its own, so that what it needs is not taken for ours.
import { systemClock } from "../../src/lib/clock.ts";
import { accessFrom } from "../../src/providers/kubernetes/client/access-from.ts";
import { kubeClient } from "../../src/providers/kubernetes/client/kube-client.ts";
import { hollowNodes } from "./hollow-nodes.ts";

const ending = new AbortController();
process.stdin.on("end", () => ending.abort()).resume();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => ending.abort());
const client = kubeClient(await accessFrom(process.env), systemClock);
try {
  const { ended } = await hollowNodes(client, systemClock, 2, ending.signal);
  process.stdout.write("ready\n");
  await ended;
} finally {
  await client.close();
}
