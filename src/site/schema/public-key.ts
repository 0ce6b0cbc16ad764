import { textLeaf } from "./leaf.ts";

/** The kinds of key that OpenSSH 10 takes from clients; DSA is gone. sshd(8), "AUTHORIZED_KEYS FILE FORMAT". */
const kinds = new Set([
  "ssh-ed25519",
  "sk-ssh-ed25519@openssh.com",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "sk-ecdsa-sha2-nistp256@openssh.com",
  "ssh-rsa",
]);

/** An OpenSSH public key line; its comment is left out. */
export const publicKey = textLeaf<string>({
  code: "PUBLIC_KEY_INVALID",
  expected: "a line of an OpenSSH public key: ssh-ed25519 AAAA…",
  hint: "it is the one line in ~/.ssh/id_ed25519.pub",
  json: { pattern: "^(ssh|ecdsa|sk)-" },
  read: (text, refuse) => {
    if (text.includes("PRIVATE KEY"))
      return refuse({
        code: "PUBLIC_KEY_PRIVATE",
        expected: "a public key, which may be known",
        got: "a private key",
        secret: true,
        hint: "remove it, make a new pair, and write the line of its .pub file",
      });
    const [kind = "", encoded = ""] = text.trim().split(/\s+/);
    if (text.length > 16_384 || /[\n\r]/.test(text.trim()) || !kinds.has(kind)) return refuse({ secret: true });
    return blobKind(encoded) === kind ? `${kind} ${encoded}` : undefined;
  },
});

/** The kind that stands inside an encoded key, before its numbers (RFC 4253, 6.6). */
function blobKind(encoded: string): string | undefined {
  if (!/^[A-Za-z0-9+/]{40,}={0,2}$/.test(encoded)) return undefined;
  const blob = Buffer.from(encoded, "base64");
  const length = blob.readUInt32BE(0);
  return blob.length > 4 + length ? blob.toString("latin1", 4, 4 + length) : undefined;
}
