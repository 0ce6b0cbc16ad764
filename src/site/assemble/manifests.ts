import { isUnreadable } from "../inside.ts";
import { type Mistake, unexpected } from "../mistake.ts";
import { parseEach } from "../parse.ts";
import type { Path } from "../path.ts";
import { isMap, type WrittenObject } from "../schema/manifests.ts";
import type { ServiceFile } from "../schema/service.ts";
import type { RawObject, Service } from "../site.ts";
import type { Trees } from "../trees.ts";
import type { Report } from "./draft.ts";
import { checkManifest } from "./manifest.ts";
import { isReserved } from "./reserved.ts";

/** The objects of Kubernetes that a service's file names, in its order, each once; what is wrong with others is reported. */
export async function assembleManifests(
  file: ServiceFile,
  { name, parts }: Pick<Service, "name" | "parts">,
  trees: Trees,
  report: Report,
): Promise<readonly RawObject[]> {
  const reached = (file.reach ?? []).flatMap((way) => (way.to === "service" ? [way.service] : []));
  const objects: RawObject[] = [];
  const seen = new Set<string>();
  const take = (found: RawObject | readonly Mistake[], path: Path, where: string): void => {
    if (isMistakes(found)) {
      for (const mistake of found) report(where === "" ? mistake : inFile(mistake, path, where));
      return;
    }
    const key = `${found.apiVersion.replace(/\/?v[^/]*$/, "")}/${found.kind}/${found.metadata.name}`;
    const what = `${found.kind} ${found.metadata.name}`;
    if (seen.has(key))
      report(
        unexpected("MANIFEST_TWICE", path, "each object once", { got: `${what} again${where}`, hint: "remove it" }),
      );
    else if (isReserved(found, { name, parts, reached })) {
      const got = `${what}, which freehold or the cluster makes itself${where}`;
      report(unexpected("MANIFEST_TAKEN", path, "a name of its own", { got, hint: "give it another name" }));
    } else objects.push(found);
    seen.add(key);
  };
  for (const [index, entry] of (file.manifests ?? []).entries()) {
    const path = ["manifests", index];
    if (typeof entry !== "string") take(checkManifest(entry, path), path, "");
    else
      for (const { object, where } of await objectsIn(entry, path, trees, report))
        take(checkManifest(object, path), path, where);
  }
  return objects;
}

type FoundObject = { readonly object: WrittenObject; readonly where: string };

/** The objects of one file. Its problems stand at the line that names it, with the file's own line in words. */
async function objectsIn(entry: string, path: Path, trees: Trees, report: Report): Promise<readonly FoundObject[]> {
  const read = await trees.text(entry);
  if (isUnreadable(read)) {
    report({ path, ...read });
    return [];
  }
  const documents = parseEach(entry, read.text);
  if (documents.length === 0) report(unexpected("FILE_EMPTY", path, "objects in the file", { got: "none" }));
  return documents.flatMap(({ value, problems, line }) => {
    const where = ` (${entry}:${line})`;
    for (const { message, hint, place } of problems)
      report({
        code: "MANIFEST_INVALID",
        path,
        message: `${message} (${entry}:${place?.line ?? line})`,
        ...(hint !== undefined && { hint }),
      });
    if (problems.length > 0) return [];
    if (isMap(value)) return [{ object: value, where }];
    report(
      unexpected("MANIFEST_INVALID", path, "a map with apiVersion, kind and metadata", {
        got: `something else${where}`,
      }),
    );
    return [];
  });
}

function inFile(mistake: Mistake, path: Path, where: string): Mistake {
  return { ...mistake, path, message: `${mistake.message}${where}` };
}

function isMistakes(found: RawObject | readonly Mistake[]): found is readonly Mistake[] {
  return Array.isArray(found);
}
