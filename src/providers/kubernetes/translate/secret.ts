import { fail } from "../../../lib/problem.ts";
import type { Secret } from "../../../resource/kinds/secret.ts";
import type { KubeObject } from "../client/object.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { keyOf } from "./file-keys.ts";
import { secretName } from "./names.ts";
import { mainObject } from "./object.ts";
import type { Translation } from "./translation.ts";

/** A part's secrets, opened. The sealed texts, by which they are known again, are in no way secret. */
export function secretObjects(secret: Secret, translation: Translation): readonly KubeObject[] {
  const { values } = translation;
  if (values === undefined) fail("BUG", `expected the opened values of ${secret.id}, got none`, { kind: "bug" });
  const data = Object.fromEntries(
    [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => [keyOf(name), base64(text)]),
  );
  return [mainObject(objectKinds.secret, secretName(secret.part), secret, translation, { type: "Opaque", data })];
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
