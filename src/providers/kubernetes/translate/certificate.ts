import { fail } from "../../../lib/problem.ts";
import type { Certificate } from "../../../resource/kinds/certificate.ts";
import type { KubeObject } from "../client/object.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { keyOf } from "./file-keys.ts";
import { bundleName, certificateName } from "./names.ts";
import { mainObject, sharedObject } from "./object.ts";
import type { CertificatePair, Translation } from "./translation.ts";

/**
 * A certificate and its key, in a Secret of its own. One of the front door is a file in one of its bundles, too: HAProxy wants a
 * directory with all of them, and a pod sees new ones only in objects that it knew from its start.
 */
export function certificateObjects(certificate: Certificate, translation: Translation): readonly KubeObject[] {
  const { pair } = translation;
  if (pair === undefined) fail("BUG", `expected the certificate of ${certificate.id}, got none`, { kind: "bug" });
  const data = { "certificate.pem": base64(pair.certificate), "key.pem": base64(pair.key) };
  const name = certificateName(certificate);
  const own = mainObject(objectKinds.secret, name, certificate, translation, { type: "Opaque", data });
  return certificate.service === "front" ? [own, bundle(certificate, pair, translation)] : [own];
}

/** One certificate's share of a bundle: `NAME.pem`. */
function bundle(certificate: Certificate, { certificate: chain, key }: CertificatePair, translation: Translation) {
  const file = `${certificate.id.split("/").at(-1)}.pem`;
  const data = { [keyOf(file)]: base64(`${chain.trimEnd()}\n${key}`) };
  return sharedObject(objectKinds.secret, bundleName(certificate), certificate, translation, { type: "Opaque", data });
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
