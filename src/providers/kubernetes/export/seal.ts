import { type Seal, sealSections } from "../../../secrets/sealed-object.ts";
import type { KubeObject } from "../client/object.ts";

/** A Secret whose values are sealed as Flux opens them. */
export function sealedSecret(secret: KubeObject, seal: Seal): KubeObject {
  const open = { data: textsOf(secret.data), stringData: textsOf(secret.stringData) };
  const filled = Object.entries(open).filter(([, texts]) => Object.keys(texts).length > 0);
  if (filled.length === 0) return secret;
  const { sections, sops } = sealSections(Object.fromEntries(filled), seal);
  return { ...secret, ...sections, sops };
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]) => (typeof text === "string" ? [[key, text] as const] : [])),
  );
}
