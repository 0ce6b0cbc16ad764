import { createHash } from "node:crypto";
import { onlyEncrypted } from "./open.ts";
import type { SealedKey } from "./sealed.ts";
import { sealTextAlike } from "./sealed-text.ts";
import { sopsVersion } from "./sops-part.ts";

/** What is sealed with: a data key, for whom that is sealed itself, and the time that stands in the document. */
export type Seal = {
  readonly key: Uint8Array;
  readonly keys: readonly SealedKey[];
  /** As {@link Metadata.lastModified} in metadata.ts. */
  readonly lastModified: string;
};

/** The maps of texts that a Secret of Kubernetes has. */
type Sections = Readonly<Partial<Record<"data" | "stringData", Readonly<Record<string, string>>>>>;

/**
 * The texts of an object's maps sealed in the format of sops, and the part `sops` that goes with them: whoever has one of the keys opens
 * them with sops, or has Flux do it. What stands beside these maps stays open and may change. Same input, same bytes.
 */
export function sealSections(
  sections: Sections,
  { key, keys, lastModified }: Seal,
): { sections: Sections; sops: object } {
  const hash = createHash("sha512").update(onlyEncrypted);
  const sealed = Object.entries(sections).map(([section, texts]) => {
    const entries = Object.entries(texts).map(([name, text]) => {
      hash.update(text);
      return [name, sealTextAlike(text, key, `${section}:${name}:`)] as const;
    });
    return [section, Object.fromEntries(entries)] as const;
  });
  const mac = hash.digest("hex").toUpperCase();
  return {
    sections: Object.fromEntries(sealed),
    sops: {
      age: keys.map(({ recipient, sealed: enc }) => ({ enc, recipient })),
      encrypted_regex: "^(data|stringData)$",
      lastmodified: lastModified,
      mac: sealTextAlike(mac, key, lastModified),
      mac_only_encrypted: true,
      version: sopsVersion,
    },
  };
}
