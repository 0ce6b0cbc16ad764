import type { RawData, WebSocket } from "ws";

/** The channels of a command's streams: the first byte of each message, see https://github.com/kubernetes/enhancements/issues/4006 */
export const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

/** The protocols in the order in which we like them. Only the first can close the command's input. */
export const protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"] as const;

/** Sends bytes on a channel; resolves when they left. A socket that is closed drops them. */
export function sendOn(socket: WebSocket, channel: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) resolve();
    else socket.send(Buffer.concat([Uint8Array.of(channel), bytes]), () => resolve()); // what fails here closes the socket
  });
}

/** Says that the command's input ends here, where the protocol can. */
export async function endInput(socket: WebSocket): Promise<void> {
  if (socket.protocol === protocols[0]) await sendOn(socket, channels.close, Uint8Array.of(channels.stdin));
}

/** A message as one piece. */
export function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** Milliseconds between two questions for a sign of life, and for how long none may come. */
const beat = 15_000;
const silence = 60_000;

/** Ends a socket whose other side has gone without a word. Returns what stops that. */
export function keepAlive(socket: WebSocket, elapsed: () => number): () => void {
  let heard = elapsed();
  const hear = (): void => {
    heard = elapsed();
  };
  socket.on("open", hear).on("pong", hear).on("message", hear);
  const timer = setInterval(() => {
    if (elapsed() - heard > silence) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.ping();
  }, beat);
  return () => clearInterval(timer);
}
