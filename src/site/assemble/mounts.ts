import type { Mistake } from "../mistake.ts";
import type { Path } from "../path.ts";
import type { PartFile } from "../schema/service.ts";

/** Two things at one path inside a part. Nested paths are fine. */
export function mountMistakes(file: PartFile, path: Path): Mistake[] {
  const mounts = [
    ...Object.entries(file.state ?? {}).map(([name, at]) => ({ at, path: [...path, "state", name], key: false })),
    ...(file.scratch ?? []).map((at, index) => ({ at, path: [...path, "scratch", index], key: false })),
    ...Object.keys(file.secrets ?? {}).flatMap((at) =>
      at.startsWith("/") ? [{ at, path: [...path, "secrets", at], key: true }] : [],
    ),
    ...Object.keys(file.files ?? {}).map((at) => ({ at, path: [...path, "files", at], key: true })),
    ...(file.certificate === undefined
      ? []
      : [{ at: file.certificate.path, path: [...path, "certificate", "path"], key: false }]),
    ...(file.people === undefined ? [] : [{ at: file.people.path, path: [...path, "people", "path"], key: false }]),
  ];
  const taken = new Set<string>();
  const mistakes: Mistake[] = [];
  for (const mount of mounts) {
    if (taken.has(mount.at))
      mistakes.push({
        code: "MOUNT_TWICE",
        path: mount.path,
        at: mount.key ? "key" : "value",
        message: `expected one thing at ${mount.at}, got another one there`,
        hint: "give one of them another path",
      });
    taken.add(mount.at);
  }
  return mistakes;
}
