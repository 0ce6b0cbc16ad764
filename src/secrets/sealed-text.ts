import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";

/**
 * A text sealed as sops does it: AES-256-GCM with a nonce of 32 bytes and a tag of 16. Its place in the document (the path of
 * keys, each with a colon behind it) is authenticated with it, so that it cannot be moved behind another name.
 */
export type SealedText = {
  readonly data: Buffer;
  readonly nonce: Buffer;
  readonly tag: Buffer;
  readonly type: TextType;
};

/** What sops takes the text for; it makes a difference to sops alone. */
export type TextType = (typeof types)[number];

const types = ["str", "int", "float", "bool", "bytes", "time", "comment"] as const;

const cipher = "aes-256-gcm";
const form = /^ENC\[AES256_GCM,data:([A-Za-z0-9+/=]+),iv:([A-Za-z0-9+/=]+),tag:([A-Za-z0-9+/=]+),type:([a-z]+)\]$/;

/** Whether something was written as a sealed text of any cipher, whole or not. */
export function looksSealed(text: string): boolean {
  return text.startsWith("ENC[");
}

/** The parts of a sealed text; undefined when it is none, or not whole. */
export function parseSealed(text: string): SealedText | undefined {
  const [, data = "", nonce = "", tag = "", written = ""] = form.exec(text) ?? [];
  const type = types.find((it) => it === written);
  const parts = { data: bytesOf(data), nonce: bytesOf(nonce), tag: bytesOf(tag) };
  if (type === undefined || parts.data === undefined || parts.nonce === undefined || parts.tag === undefined)
    return undefined;
  const isOurs = parts.nonce.length >= 12 && parts.nonce.length <= 64 && parts.tag.length === 16;
  return isOurs ? { data: parts.data, nonce: parts.nonce, tag: parts.tag, type } : undefined;
}

/** Seals a text for its place. The empty text stays as it is, as sops has it. */
export function sealText(text: string | Buffer, key: Uint8Array, place: string, type: TextType = "str"): string {
  return sealWith(randomBytes(32), text, key, place, type);
}

/**
 * The same with a nonce that follows from key, place and text, so that equal ones give equal bytes: it never comes twice with another
 * text, and tells no more than that nothing changed.
 */
export function sealTextAlike(text: string, key: Uint8Array, place: string): string {
  const nonce = createHmac("sha256", key).update(`${place.length}:${place}${text}`).digest();
  return sealWith(nonce, text, key, place, "str");
}

function sealWith(nonce: Buffer, text: string | Buffer, key: Uint8Array, place: string, type: TextType): string {
  if (text.length === 0) return "";
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: 16 }).setAAD(Buffer.from(place));
  const data = Buffer.concat([sealing.update(Buffer.from(text)), sealing.final()]);
  const [d, iv, tag] = [data, nonce, sealing.getAuthTag()].map((bytes) => bytes.toString("base64"));
  return `ENC[AES256_GCM,data:${d},iv:${iv},tag:${tag},type:${type}]`;
}

/** The bytes of a sealed text; undefined when it was changed, or sealed with another key or for another place. */
export function openSealed({ data, nonce, tag }: SealedText, key: Uint8Array, place: string): Buffer | undefined {
  const opening = createDecipheriv(cipher, key, nonce, { authTagLength: 16 }).setAAD(Buffer.from(place));
  opening.setAuthTag(tag);
  const opened = opening.update(data);
  try {
    return Buffer.concat([opened, opening.final()]);
  } catch (thrown) {
    if (thrown instanceof Error && thrown.message.includes("unable to authenticate")) return undefined;
    throw thrown;
  }
}

/** The same text, sealed with another key; undefined when it cannot be opened with the one that it had. */
export function sealedWith(next: Uint8Array, text: string, key: Uint8Array, place: string): string | undefined {
  const sealed = parseSealed(text);
  const bytes = sealed && openSealed(sealed, key, place);
  return bytes && sealText(bytes, next, place, sealed.type);
}

/** The place of a secret of the top level. */
export function placeOfName(name: string): string {
  return `${name}:`;
}

/** What base64 stands for, if it is written in the one way that these bytes have. */
function bytesOf(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, "base64");
  return base64 !== "" && bytes.toString("base64") === base64 ? bytes : undefined;
}
