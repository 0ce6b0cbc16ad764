import type { Path } from "../path.ts";
import type { PartFile, ServiceFile } from "../schema/service.ts";
import type { SecretUse } from "../site.ts";
import type { Report, Written } from "./draft.ts";

/** The secrets of a part, sorted by where it finds them. */
export function assembleSecrets(file: PartFile, path: Path, report: Report): SecretUse[] {
  const uses = Object.entries(file.secrets ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [target] of uses) {
    if (file.env?.[target] === undefined) continue;
    report({
      code: "ENV_TWICE",
      path: [...path, "secrets", target],
      at: "key",
      message: `expected each variable once, got ${target} in env and in secrets`,
      hint: "remove one of the two",
    });
  }
  return uses.map(([target, secret]) =>
    target.startsWith("/") ? { secret, as: "file", path: target } : { secret, as: "variable", variable: target },
  );
}

/** Every secret that a service asks for, and where. */
export function askedSecrets(file: ServiceFile): Written<string>[] {
  const parts: [Path, PartFile][] = [
    [[], file],
    ...Object.entries(file.parts ?? {}).map(([name, part]): [Path, PartFile] => [["parts", name], part]),
  ];
  return parts.flatMap(([path, part]) =>
    Object.entries(part.secrets ?? {}).map(([target, value]) => ({ value, path: [...path, "secrets", target] })),
  );
}
