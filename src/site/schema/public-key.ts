import { readSshKey } from "../../lib/ssh-key.ts";
import { textLeaf } from "./leaf.ts";

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
    const read = text.length > 16_384 || /[\n\r]/.test(text.trim()) ? undefined : readSshKey(kind, encoded);
    if (read === undefined || read === "cut") return refuse({ secret: true });
    return `${kind} ${encoded}`;
  },
});
