import { createHmac, timingSafeEqual } from "node:crypto";
import { type Answer, plainAnswer } from "./answer.ts";

/** What comes with a call before its body. */
export type Call = {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** `X-Hub-Signature-256`; empty when absent. */
  readonly signature: string;
};

/** What calls of the webhook are judged and answered with. */
export type WebhookSources = {
  /** The secret that signs calls. Undefined: it cannot be opened now. */
  readonly secret: () => Promise<string | undefined>;
  /** Told of each good call, once. */
  readonly called: () => void;
  /** Signatures of good calls that came before, oldest first; this adds to it. */
  readonly seen: Set<string>;
};

/** The longest body that is read, in bytes. GitHub's own are at most 25 MB, a push of a few commits far below one. */
const longest = 1024 * 1024;

/** So many signatures are remembered. A call that comes again after them only makes us look once more. */
const remembered = 256;

/**
 * Answers a call of the webhook. It counts when it is signed by the secret (HMAC-SHA256 over the body, as GitHub's "Validating webhook
 * deliveries" and Forgejo describe) and did not come before. What the body says is believed in nothing: a call only makes us look. The
 * body is signed over piece by piece and never kept.
 */
export async function answerWebhook(
  { secret, called, seen }: WebhookSources,
  call: Call,
  body: AsyncIterable<unknown>,
): Promise<Answer> {
  if (call.path !== "/push") return ended(404, "Nothing at this address.\n");
  if (call.method !== "POST") return ended(405, "Nothing here takes that.\n", { allow: "POST" });
  const claimed = /^sha256=([0-9a-f]{64})$/.exec(call.signature)?.[1];
  if (claimed === undefined) return ended(401, "Expected a signature in X-Hub-Signature-256, got none.\n");
  const key = await secret();
  if (key === undefined) return ended(503, "The webhook's secret cannot be opened now.\n");
  const mac = createHmac("sha256", key);
  let size = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    if (size > longest) return ended(413, "That is too long.\n");
    mac.update(chunk);
  }
  if (!timingSafeEqual(mac.digest(), Buffer.from(claimed, "hex"))) return ended(401, "That signature is not ours.\n");
  if (seen.has(claimed)) return plainAnswer(200, "That call came before.\n");
  for (const oldest of seen) if (seen.size >= remembered) seen.delete(oldest);
  seen.add(claimed);
  called();
  return plainAnswer(202, "The repository is looked at now.\n");
}

/** An answer that may come before the body was read: nobody waits for the rest of it. */
function ended(status: number, body: string, headers: Answer["headers"] = {}): Answer {
  return { ...plainAnswer(status, body), headers: { ...headers, connection: "close" } };
}
