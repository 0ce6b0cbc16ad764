import type { SealedKey } from "./sealed.ts";

/** The version of sops whose format is written. */
export const sopsVersion = "3.13.3";

/** The lines `age: …` of the part sops, each behind the first with this indent before it. */
export function agePart(keys: readonly SealedKey[], indent: string): string {
  const lines = keys.flatMap(({ recipient, sealed }) => [
    "    - enc: |",
    ...sealed
      .trimEnd()
      .split("\n")
      .map((line) => `        ${line}`),
    `      recipient: ${recipient}`,
  ]);
  return ["age:", ...lines.map((line) => `${indent}${line}`)].join("\n");
}

/** A whole part sops whose digest is still to be sealed. */
export function sopsPart(keys: readonly SealedKey[]): string {
  const lines = [
    "sops:",
    `    ${agePart(keys, "    ")}`,
    '    lastmodified: "1970-01-01T00:00:00Z"',
    "    mac: ENC[AES256_GCM,data:AAAA,iv:AAAAAAAAAAAAAAAA,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]",
    "    unencrypted_suffix: _unencrypted",
    `    version: ${sopsVersion}`,
  ];
  return `${lines.join("\n")}\n`;
}
