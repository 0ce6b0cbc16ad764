import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { textAt } from "../../../lib/json.ts";
import { fail } from "../../../lib/problem.ts";
import type { Entry } from "./kubeconfig.ts";

/** A certificate, key or token of a kubeconfig: in the file itself, or in one of its own. */
export type Material = { readonly text: string } | { readonly path: string };

/** What an entry has as KEY-data (base64), or names as KEY (a path). As with kubectl, the first counts. */
export function pemOf(entry: Entry, key: string): Material | undefined {
  const inside = textAt(entry.value, `${key}-data`);
  if (inside !== "") return { text: Buffer.from(inside, "base64").toString("utf8") };
  return fileOf(entry, key);
}

/** The file that an entry names under a key. */
export function fileOf(entry: Entry, key: string): Material | undefined {
  const path = textAt(entry.value, key);
  return path === "" ? undefined : { path: resolve(entry.directory, path) };
}

/** What it is now. Problem: `KUBECONFIG_BROKEN` when the file cannot be read. */
export async function readMaterial(material: Material): Promise<string> {
  if ("text" in material) return material.text;
  try {
    return await readFile(material.path, "utf8");
  } catch (cause) {
    return fail("KUBECONFIG_BROKEN", `expected a file at ${material.path}, which the kubeconfig names, got none`, {
      hint: "log in to the cluster again, or mend the path in the kubeconfig",
      cause,
    });
  }
}
