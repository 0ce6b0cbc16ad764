import { createHash } from "node:crypto";

/** An OpenPGP public key, as far as it is of use for a list. */
export type OpenPgpKey = {
  /** Of the primary key, hex in capitals. */
  readonly fingerprint: string;
  /** What it says of itself first: `Ada <ada@example.org>`. */
  readonly user?: string;
};

/**
 * Reads the fingerprint and the first user of one armoured public key; RFC 9580, 4 to 6, keys of version 4. Whether it is well made is
 * for gpg to judge: here only its name is found, so that lists can be read and compared without starting a program.
 */
export function readOpenPgpKey(armoured: string): OpenPgpKey | { readonly fault: "broken" | "private" | "several" } {
  const bytes = dearmour(armoured);
  const packets = bytes === undefined ? undefined : packetsOf(bytes);
  if (packets === undefined) return { fault: "broken" };
  if (packets.some(({ tag }) => tag === 5 || tag === 7)) return { fault: "private" };
  const [first, second] = packets.filter(({ tag }) => tag === 6);
  if (second !== undefined) return { fault: "several" };
  if (first === undefined || packets[0] !== first || first.body[0] !== 4 || first.body.length > 65_535)
    return { fault: "broken" };
  const length = Buffer.from([0x99, first.body.length >> 8, first.body.length & 255]);
  const fingerprint = createHash("sha1").update(length).update(first.body).digest("hex").toUpperCase();
  const user = packets.find(({ tag }) => tag === 13)?.body.toString("utf8");
  return { fingerprint, ...(user !== undefined && user.trim() !== "" && { user }) };
}

/** The bytes of the one block in a text. */
function dearmour(text: string): Buffer | undefined {
  const block =
    /^-----BEGIN PGP PUBLIC KEY BLOCK-----[ \t]*\r?\n((?:[A-Za-z]+: [^\n]*\n)*)\s*\n?([A-Za-z0-9+/=\s]+?)(?:\r?\n=[A-Za-z0-9+/]{4})?\s*-----END PGP PUBLIC KEY BLOCK-----$/.exec(
      text.trim(),
    );
  return block?.[2] === undefined ? undefined : Buffer.from(block[2].replace(/\s/g, ""), "base64");
}

type Packet = { readonly tag: number; readonly body: Buffer };

/** The packets of a key; undefined for bytes that are none. Partial lengths do not occur in keys. */
function packetsOf(bytes: Buffer): Packet[] | undefined {
  const packets: Packet[] = [];
  let at = 0;
  while (at < bytes.length) {
    const header = headerAt(bytes, at);
    if (header === undefined || header.end > bytes.length) return undefined;
    packets.push({ tag: header.tag, body: bytes.subarray(header.start, header.end) });
    at = header.end;
  }
  return packets;
}

function headerAt(bytes: Buffer, at: number): { tag: number; start: number; end: number } | undefined {
  const first = bytes[at] ?? 0;
  if ((first & 0x80) === 0) return undefined;
  const tag = (first & 0x40) === 0 ? (first >> 2) & 15 : first & 63;
  const coded = (first & 0x40) === 0 ? oldLength(bytes, at + 1, first & 3) : newLength(bytes, at + 1);
  return coded && { tag, start: coded.start, end: coded.start + coded.length };
}

function oldLength(bytes: Buffer, at: number, type: number): { start: number; length: number } | undefined {
  const size = [1, 2, 4][type];
  if (size === undefined || at + size > bytes.length) return undefined;
  return { start: at + size, length: bytes.readUIntBE(at, size) };
}

function newLength(bytes: Buffer, at: number): { start: number; length: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 192) return { start: at + 1, length: first };
  if (first < 224) return { start: at + 2, length: ((first - 192) << 8) + (bytes[at + 1] ?? 0) + 192 };
  return first === 255 && at + 5 <= bytes.length ? { start: at + 5, length: bytes.readUInt32BE(at + 1) } : undefined;
}
