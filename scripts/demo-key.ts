import { createECDH, createHash, createPrivateKey, type KeyObject } from "node:crypto";

/**
 * The key with which the demo's Ada talks to git: an ECDSA key that follows from a phrase which everybody may read. So no
 * private key lies in the repository, and the example's people.yaml can name the public one. It opens nothing but the demo,
 * whose front door listens on this machine alone.
 */
const phrase = "freehold demo: this key is public and opens nothing that matters";

/** The private key as a PEM file for ssh (SEC 1), and the public one as a line of people.yaml. */
export type DemoKey = { readonly pem: string; readonly line: string };

/** Makes the demo's key; the same at each call. */
export function demoKey(): DemoKey {
  const secret = createHash("sha256").update(phrase).digest();
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(secret);
  const point = pair.getPublicKey();
  return { pem: privateKey(secret, point).export({ type: "sec1", format: "pem" }).toString(), line: publicLine(point) };
}

function privateKey(secret: Buffer, point: Buffer): KeyObject {
  return createPrivateKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      d: secret.toString("base64url"),
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    },
  });
}

/** RFC 5656, 3.1: the kind, the curve and the point, each with its length. */
function publicLine(point: Buffer): string {
  const kind = "ecdsa-sha2-nistp256";
  const fields = [Buffer.from(kind), Buffer.from("nistp256"), point].flatMap((field) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(field.length);
    return [length, field];
  });
  return `${kind} ${Buffer.concat(fields).toString("base64")}`;
}
