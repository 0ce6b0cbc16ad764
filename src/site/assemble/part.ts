import { isUnreadable } from "../inside.ts";
import type { Path } from "../path.ts";
import { limitDefaults } from "../schema/limits.ts";
import type { PartFile } from "../schema/service.ts";
import type { FileMount, ImageSource, Part, StateMount } from "../site.ts";
import type { Trees } from "../trees.ts";
import type { Report } from "./draft.ts";
import { assembleHealth } from "./health.ts";
import { mountMistakes } from "./mounts.ts";
import { assemblePorts } from "./ports.ts";
import { assembleSecrets } from "./secrets.ts";

/** The port on which freehold's web image serves files. */
const staticPort = 8080;

/** A part with its defaults, and what is wrong with it. Absent when there is nothing to start it from. */
export async function assemblePart(
  name: string,
  file: PartFile,
  path: Path,
  trees: Trees,
  report: Report,
): Promise<Part | undefined> {
  const [image, files] = [
    await assembleImage(file, path, trees, report),
    await assembleFiles(file, path, trees, report),
  ];
  for (const mistake of mountMistakes(file, path)) report(mistake);
  const ports = assemblePorts(file, path, report);
  const health = assembleHealth(file.health, { port: file.port, ports }, [...path, "health"], report);
  if (image === undefined) return undefined;
  return {
    name,
    image,
    ...(file.command !== undefined && { command: file.command }),
    ...(file.user !== undefined && { user: file.user }),
    ...(file.port !== undefined && { port: file.port }),
    ports: ports.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    env: sortedRecord(file.env ?? {}),
    secrets: assembleSecrets(file, path, report),
    ...(file.people !== undefined && {
      people: { path: file.people.path, give: [...new Set(file.people.give)].sort() },
    }),
    files,
    state: assembleState(file),
    scratch: file.scratch ?? [],
    health,
    limits: { ...limitDefaults, ...defined(file.limits) },
  };
}

/** The part of a service that serves files of the site as they are. */
export async function assembleStatic(
  name: string,
  file: PartFile & { readonly static: string },
  trees: Trees,
  report: Report,
): Promise<Part | undefined> {
  const content = await trees.directory(file.static);
  const health = assembleHealth(file.health, { port: staticPort, ports: [] }, ["health"], report);
  if (isUnreadable(content)) {
    report({ ...content, path: ["static"] });
    return undefined;
  }
  const limits = { ...limitDefaults, ...defined(file.limits) };
  const nothing = { ports: [], env: {}, secrets: [], files: [], state: [], scratch: [] };
  return { name, image: { from: "static", content }, port: staticPort, ...nothing, health, limits };
}

async function assembleImage(
  file: PartFile,
  path: Path,
  trees: Trees,
  report: Report,
): Promise<ImageSource | undefined> {
  const { image, build } = file;
  if (build !== undefined) {
    const context = await trees.build(build);
    if (!isUnreadable(context)) return { from: "build", name: build, context };
    report({ ...context, path: [...path, "build"] });
    return undefined;
  }
  if (image?.from === "freehold") {
    const context = await trees.maintained(image.name);
    if (!isUnreadable(context)) return { from: "build", name: `freehold/${image.name}`, context };
    report({ ...context, path: [...path, "image"] });
    return undefined;
  }
  if (image === undefined) return undefined;
  if (!image.pinned)
    report({
      code: "IMAGE_UNPINNED",
      severity: "warning",
      path: [...path, "image"],
      message: `expected a tag or a digest, got "${image.reference}" without: what runs may change by itself`,
      hint: `write the version that you want: ${image.reference}:1.2.3`,
    });
  return { from: "registry", reference: image.reference };
}

async function assembleFiles(file: PartFile, path: Path, trees: Trees, report: Report): Promise<FileMount[]> {
  const mounts: FileMount[] = [];
  for (const [at, source] of Object.entries(file.files ?? {})) {
    const content = await trees.content(source);
    if (isUnreadable(content)) report({ ...content, path: [...path, "files", at] });
    else mounts.push({ path: at, content });
  }
  return mounts.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function assembleState(file: PartFile): StateMount[] {
  const mounts = Object.entries(file.state ?? {}).map(([name, path]) => ({ name, path }));
  return mounts.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function sortedRecord(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Without the members that are undefined, so that they leave a default alone. */
function defined(limits: PartFile["limits"]): { memory?: number; cpu?: number; processes?: number } {
  const { memory, cpu, processes } = limits ?? {};
  return { ...(memory && { memory }), ...(cpu && { cpu }), ...(processes && { processes }) };
}
