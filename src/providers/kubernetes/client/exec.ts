import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import { ProblemError, problem } from "../../../lib/problem.ts";
import { type Api, beginningOf } from "./api.ts";
import { usualLimits } from "./call.ts";
import type { ExecOptions } from "./client.ts";
import { connectionProblem } from "./connection-problems.ts";
import { exitCode, lostCommand } from "./exec-result.ts";
import { bytesOf, channels, endInput, keepAlive, protocols, sendOn } from "./exec-socket.ts";
import { objectKinds } from "./object-kinds.ts";
import { objectPath, withQuery } from "./path.ts";
import { refusal } from "./problems.ts";
import { readStatus } from "./status.ts";
import { type Task, thingOf } from "./task.ts";
import { beginSocket } from "./web-socket.ts";

/** What is run, and where. */
export type Command = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly argv: readonly string[];
};

/**
 * Runs a command in a container and resolves with its exit code. The signal ends our side only: the command is left without its streams.
 * See https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ and the keep of RemoteCommand over WebSocket, KEP 4006.
 */
export async function execIn(api: Api, command: Command, options: ExecOptions): Promise<number> {
  const task: Task = {
    verb: "create",
    kind: objectKinds.pod,
    namespace: command.namespace,
    name: command.pod,
    subresource: "exec",
  };
  const first = await converse(api, await openSocket(api, command, options), task, options);
  if (first !== unknownToCluster) return first;
  api.access.forget();
  const second = await converse(api, await openSocket(api, command, options), task, options);
  if (second !== unknownToCluster) return second;
  throw refusal(task, readStatus(401, ""));
}

/** The cluster did not know our credentials. */
const unknownToCluster = "unknown";

function openSocket(api: Api, command: Command, options: ExecOptions): Promise<WebSocket> {
  const path = withQuery(objectPath(objectKinds.pod, command.namespace, command.pod, "exec"), {
    container: command.container,
    command: command.argv,
    stdin: options.stdin !== undefined,
    stdout: true,
    stderr: options.tty !== true,
    tty: options.tty === true,
  });
  return beginSocket(api, path, protocols);
}

/** All of it in one piece: nothing may come between the socket and those who listen to it. */
function converse(
  api: Api,
  socket: WebSocket,
  task: Task,
  options: ExecOptions,
): Promise<number | typeof unknownToCluster> {
  const stopBeating = keepAlive(socket, api.clock.elapsed);
  const over = new AbortController();
  const talk = new Promise<number | typeof unknownToCluster>((resolve, reject) => {
    let result: number | ProblemError | undefined;
    let opened = false;
    socket.on("open", () => {
      opened = true;
      Promise.all([feed(api, socket, options), resize(socket, options)]).catch((thrown: unknown) => {
        reject(thrown);
        socket.terminate();
      });
    });
    socket.on("message", (data) => {
      const bytes = bytesOf(data);
      api.transport.tally({ bytesIn: bytes.length });
      const content = bytes.subarray(1);
      if (bytes[0] === channels.stdout) options.onStdout(content);
      else if (bytes[0] === channels.stderr) options.onStderr(content);
      else if (bytes[0] === channels.status) result = exitCode(task, Buffer.from(content).toString("utf8"));
    });
    socket.on("unexpected-response", (request, answer) => {
      refusalIn(task, answer)
        .then((refused) => (refused === unknownToCluster ? resolve(refused) : reject(refused)), reject)
        .finally(() => request.destroy());
    });
    socket.on("error", (cause) => {
      const { connections } = api.transport;
      result ??= opened
        ? lostCommand(task, cause)
        : connectionProblem(connections.url, `exec in ${thingOf(task)}`, usualLimits, undefined, cause);
    });
    socket.on("close", () => {
      result ??= lostCommand(task, undefined);
      if (typeof result === "number") resolve(result);
      else reject(result);
    });
    const onAbort = (): void => {
      result ??= new ProblemError(
        problem("CLUSTER_STOPPED", `the command in ${thingOf(task)} was stopped`, { kind: "waiting" }),
      );
      socket.terminate();
    };
    options.signal?.addEventListener("abort", onAbort, { once: true, signal: over.signal });
    if (options.signal?.aborted === true) onAbort();
  });
  return talk.finally(() => {
    over.abort();
    stopBeating();
  });
}

async function refusalIn(task: Task, answer: IncomingMessage): Promise<ProblemError | typeof unknownToCluster> {
  const status = answer.statusCode ?? 0;
  return status === 401 ? unknownToCluster : refusal(task, readStatus(status, await beginningOf(answer)));
}

async function feed(api: Api, socket: WebSocket, { stdin }: ExecOptions): Promise<void> {
  if (stdin === undefined) return;
  for await (const bytes of stdin) {
    if (socket.readyState !== socket.OPEN) return;
    api.transport.tally({ bytesOut: bytes.length });
    await sendOn(socket, channels.stdin, bytes);
  }
  await endInput(socket);
}

async function resize(socket: WebSocket, options: ExecOptions): Promise<void> {
  for await (const { columns, rows } of options.resize ?? []) {
    if (socket.readyState !== socket.OPEN) return;
    await sendOn(socket, channels.resize, Buffer.from(JSON.stringify({ Width: columns, Height: rows })));
  }
}
