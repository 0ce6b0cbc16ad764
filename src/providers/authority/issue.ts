import "reflect-metadata";
import { createPrivateKey, randomBytes, webcrypto } from "node:crypto";
import { domainToASCII } from "node:url";
import * as x509 from "@peculiar/x509";
import { nameConstraints, nameConstraintsOid } from "./name-constraints.ts";

/** A certificate and its private key, both PEM. */
export type Issued = { readonly certificate: string; readonly key: string };

/** From when to when, in milliseconds since the epoch. */
export type Validity = { readonly from: number; readonly to: number };

const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const serverAuthentication = "1.3.6.1.5.5.7.3.1";

/**
 * A new authority that may speak for web servers under these domains and for nothing else: who steals its key can fake this site to
 * those who trust it, but not their bank. `title` tells it from others in a list of authorities.
 */
export async function issueAuthority(
  title: { readonly site: string; readonly name: string },
  domains: readonly string[],
  { from, to }: Validity,
): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: [{ O: [title.site] }, { CN: [title.name] }],
      notBefore: new Date(from),
      notAfter: new Date(to),
      signingAlgorithm: ecdsa,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        new x509.ExtendedKeyUsageExtension([serverAuthentication]),
        new x509.Extension(nameConstraintsOid, true, nameConstraints(domains)),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: pem(certificate), key: await exportKey(keys.privateKey) };
}

/** A certificate for these names, signed by the authority, with a key of its own. */
export async function issueLeaf(authority: Issued, names: readonly string[], { from, to }: Validity): Promise<Issued> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: [{ O: ["freehold"] }],
      issuer: issuer.subjectName,
      notBefore: new Date(from),
      notAfter: new Date(to),
      signingAlgorithm: ecdsa,
      publicKey: keys.publicKey,
      signingKey: await importKey(authority.key),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([serverAuthentication]),
        new x509.SubjectAlternativeNameExtension(names.map((name) => ({ type: "dns", value: domainToASCII(name) }))),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await x509.AuthorityKeyIdentifierExtension.create(issuer, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: pem(certificate), key: await exportKey(keys.privateKey) };
}

/** The value of the name constraints of a certificate; absent when it has none. */
export function constraintsOf(certificate: string): Uint8Array | undefined {
  const value = new x509.X509Certificate(certificate).getExtension(nameConstraintsOid)?.value;
  return value === undefined ? undefined : new Uint8Array(value);
}

/** 16 random bytes, positive (RFC 5280, section 4.1.2.2, wants that) and without a leading zero. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString("hex");
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString("pem").trim()}\n`;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  return createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" })
    .export({ format: "pem", type: "pkcs8" })
    .toString();
}

function importKey(key: string): Promise<webcrypto.CryptoKey> {
  const pkcs8 = createPrivateKey(key).export({ format: "der", type: "pkcs8" });
  return webcrypto.subtle.importKey("pkcs8", pkcs8, ecdsa, false, ["sign"]);
}
