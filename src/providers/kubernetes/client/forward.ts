import { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { ProblemError, problem } from "../../../lib/problem.ts";
import { type Api, beginningOf } from "./api.ts";
import { usualLimits } from "./call.ts";
import { connectionProblem } from "./connection-problems.ts";
import { bytesOf, keepAlive, sendOn } from "./exec-socket.ts";
import { objectKinds } from "./object-kinds.ts";
import { objectPath, withQuery } from "./path.ts";
import { refusal } from "./problems.ts";
import { readStatus } from "./status.ts";
import { type Task, thingOf } from "./task.ts";
import { beginSocket } from "./web-socket.ts";

/** The protocol of forwarded ports: a channel for data and one for what went wrong; each begins with the port, in two bytes. */
const protocol = "v4.channel.k8s.io";
const data = 0;
const failure = 1;

/** A port of a pod's own loopback address. */
export type PodPort = { readonly namespace: string; readonly pod: string; readonly port: number };

/**
 * A connection to a port inside a pod, by way of the cluster's API and the pod's kubelet, whatever network policies say. It has no end of its
 * own for one direction: `end` closes both. See https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 * Problems, also of the stream: `FORWARD_FAILED`, those of the client.
 */
export async function forwardTo(api: Api, to: PodPort, signal?: AbortSignal): Promise<Duplex> {
  const task: Task = {
    verb: "create",
    kind: objectKinds.pod,
    namespace: to.namespace,
    name: to.pod,
    subresource: "portforward",
  };
  const socket = await openSocket(api, to);
  const stopBeating = keepAlive(socket, api.clock.elapsed);
  socket.once("close", stopBeating);
  const onAbort = (): void => socket.terminate();
  signal?.addEventListener("abort", onAbort, { once: true });
  socket.once("close", () => signal?.removeEventListener("abort", onAbort));
  const stream = streamOver(api, socket, task);
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("unexpected-response", (request, answer) => {
      beginningOf(answer)
        .then((body) => reject(refusal(task, readStatus(answer.statusCode ?? 0, body))), reject)
        .finally(() => request.destroy());
    });
    socket.once("error", (cause) =>
      reject(connectionProblem(api.transport.connections.url, thingOf(task), usualLimits, undefined, cause)),
    );
    socket.once("close", () => reject(lost(task)));
  }).catch((thrown: unknown) => {
    stream.destroy();
    throw thrown;
  });
  return stream;
}

function openSocket(api: Api, { namespace, pod, port }: PodPort): Promise<WebSocket> {
  const path = withQuery(objectPath(objectKinds.pod, namespace, pod, "portforward"), { ports: port });
  return beginSocket(api, path, [protocol]);
}

function streamOver(api: Api, socket: WebSocket, task: Task): Duplex {
  const begun = new Set<number>();
  const stream = new Duplex({
    write: (chunk: Uint8Array, _encoding, done) => {
      api.transport.tally({ bytesOut: chunk.length });
      sendOn(socket, data, chunk).then(() => done(), done);
    },
    final: (done) => {
      socket.close();
      done();
    },
    read: () => socket.resume(),
    destroy: (thrown, done) => {
      socket.terminate();
      done(thrown);
    },
  });
  socket.on("message", (message) => {
    const bytes = bytesOf(message);
    const [channel = data] = bytes;
    api.transport.tally({ bytesIn: bytes.length });
    if (!begun.has(channel)) begun.add(channel);
    else if (channel === failure) stream.destroy(lost(task, Buffer.from(bytes.subarray(1)).toString("utf8")));
    else if (!stream.push(bytes.subarray(1))) socket.pause();
  });
  socket.on("error", () => {}); // a "close" follows
  socket.on("close", () => {
    stream.push(null);
    stream.end();
  });
  return stream;
}

function lost(task: Task, words = "the connection ended"): ProblemError {
  return new ProblemError(
    problem("FORWARD_FAILED", `expected a connection into ${thingOf(task)}, got "${words.trim().slice(0, 300)}"`, {
      kind: "transient",
      hint: "look whether the pod runs, then run the same command again",
    }),
  );
}
