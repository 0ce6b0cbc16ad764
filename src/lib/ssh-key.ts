/** A public key of OpenSSH as its line has it, and the fields inside. */
export type SshKey = { readonly kind: string; readonly encoded: string; readonly fields: readonly Buffer[] };

/** The kinds of key that OpenSSH 10 takes; certificates and DSA are left out. sshd(8), "AUTHORIZED_KEYS FILE FORMAT". */
const kinds = new Set([
  "ssh-ed25519",
  "sk-ssh-ed25519@openssh.com",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "sk-ecdsa-sha2-nistp256@openssh.com",
  "ssh-rsa",
]);

/** Reads a kind and its encoded key; `cut` when what is inside is not whole or of another kind, undefined for no key at all. Pure. */
export function readSshKey(kind: string, encoded: string): SshKey | "cut" | undefined {
  if (!kinds.has(kind) || !/^[A-Za-z0-9+/]{40,}={0,2}$/.test(encoded)) return undefined;
  const fields = fieldsOf(Buffer.from(encoded, "base64"));
  return fields[0]?.toString("latin1") === kind ? { kind, encoded, fields } : "cut";
}

/** The fields of an encoded key, each after its length in four bytes (RFC 4251, 5). Empty for what is cut. */
function fieldsOf(blob: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  let at = 0;
  while (at + 4 <= blob.length) {
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return [];
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return at === blob.length ? fields : [];
}
