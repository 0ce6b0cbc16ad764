import { type Problem, problem } from "../lib/problem.ts";
import { readSealed } from "../secrets/read.ts";
import type { Draft } from "./assemble/draft.ts";
import { assembleService } from "./assemble/service.ts";
import { isUnreadable, type Unreadable } from "./inside.ts";
import { mistakesOf } from "./issues.ts";
import type { Mistake } from "./mistake.ts";
import { parse } from "./parse.ts";
import { assemblePeople } from "./people-file.ts";
import { located, placeOf } from "./place.ts";
import type { Verbatim } from "./plain.ts";
import { readSiteFile } from "./read.ts";
import { withoutBroken } from "./salvage.ts";
import { type ImagesLock, imagesLockSchema } from "./schema/images-lock.ts";
import { peopleSchema } from "./schema/people.ts";
import { serviceSchema } from "./schema/service.ts";
import { siteSchema } from "./schema/site.ts";
import type { Person, SealedSecrets } from "./site.ts";
import { assembleSite, type SiteHead, webhookMistakes } from "./site-file.ts";
import type { Source } from "./source.ts";
import type { Trees } from "./trees.ts";

/** One file that was to be read: what it says, if it can be used, and its problems. */
export type LoadedFile<Value> = {
  readonly file: string;
  readonly read: boolean;
  readonly value?: Value;
  readonly problems: readonly Problem[];
};

/** Reads site.yaml. `secrets` are the names of those that there are; absent when secrets.yaml is broken. */
export async function loadSiteFile(
  root: string,
  secrets: ReadonlySet<string> | undefined,
): Promise<LoadedFile<SiteHead>> {
  const file = await loadYaml(root, "site.yaml");
  if (file.value === undefined) return nothing(file);
  const { source, data } = file.value;
  const checked = siteSchema.safeParse(data ?? {});
  if (!checked.success) return broken(source, mistakesOf(checked.error.issues, data));
  const { head, mistakes } = assembleSite(checked.data);
  if (mistakes.length > 0) return broken(source, mistakes);
  return { ...file, problems: locateAll(source, webhookMistakes(checked.data, secrets)), value: head };
}

/** Reads people.yaml; an empty one has no people. `domains` are the site's, its own first; none when site.yaml is broken. */
export async function loadPeople(root: string, domains: readonly string[]): Promise<LoadedFile<Person[]>> {
  const file = await loadYaml(root, "people.yaml");
  if (file.value === undefined) return nothing(file);
  const { source, data } = file.value;
  const checked = peopleSchema.safeParse(data ?? {});
  if (!checked.success) return broken(source, mistakesOf(checked.error.issues, data));
  const { people, mistakes } = assemblePeople(checked.data, domains);
  const problems = locateAll(source, mistakes);
  return problems.some(({ severity }) => severity === "error")
    ? { file: file.file, read: true, problems }
    : { ...file, problems, value: people };
}

/** Reads secrets.yaml, as it is: sealed. It needs no key. */
export async function loadSecrets(root: string): Promise<LoadedFile<SealedSecrets>> {
  const file = "secrets.yaml";
  const read = await readSiteFile(root, file);
  if (isUnreadable(read)) return notRead(file, read);
  const { sealed, problems } = readSealed(read.text);
  return { file, read: true, problems, ...(sealed !== undefined && { value: sealed }) };
}

/** Reads images.lock.yaml. */
export async function loadImagesLock(root: string): Promise<LoadedFile<ImagesLock>> {
  const file = await loadYaml(root, "images.lock.yaml");
  if (file.value === undefined) return nothing(file);
  const { source, data } = file.value;
  const checked = imagesLockSchema.safeParse(data ?? {});
  return checked.success ? { ...file, value: checked.data } : broken(source, mistakesOf(checked.error.issues, data));
}

/** What a service's file is read with: the site's domains (none when site.yaml is broken) and its trees. */
export type ServiceContext = { readonly root: string; readonly domains: readonly string[]; readonly trees: Trees };

/** A service's file: its draft, unless it says too little for one. The draft's own mistakes are not among `problems`. */
export async function loadService(file: string, { root, domains, trees }: ServiceContext): Promise<LoadedFile<Draft>> {
  const name = file.slice("services/".length, -".yaml".length);
  const read = await loadYaml(root, file, partVerbatim);
  if (read.value === undefined) return nothing(read);
  const { source, data } = read.value;
  if (data === null) {
    const message = "expected a service, got an empty file";
    const hint = "begin with image: docker.io/library/nginx:1.29";
    return broken(source, [{ code: "FILE_EMPTY", path: [], message, hint }]);
  }
  const checked = serviceSchema.safeParse(data);
  if (checked.success) {
    const value = await assembleService({ name, source, file: checked.data, whole: true, domains, trees });
    return { ...read, value };
  }
  const problems = broken(source, mistakesOf(checked.error.issues, data)).problems;
  const rest = withoutBroken(data, checked.error.issues);
  if (rest === undefined) return { file, read: true, problems };
  const value = await assembleService({ name, source, file: rest, whole: false, domains, trees });
  return { file, read: true, value, problems };
}

const partKeys: readonly [string, Verbatim][] = [
  ["env", new Map([["*", true]])],
  ["user", true],
  ["command", true],
];

/** Where numbers mean what is written, to the digit. */
const partVerbatim: Verbatim = new Map([...partKeys, ["parts", new Map([["*", new Map(partKeys)]])]]);

async function loadYaml(
  root: string,
  file: string,
  verbatim?: Verbatim,
): Promise<LoadedFile<{ readonly source: Source; readonly data: unknown }>> {
  const read = await readSiteFile(root, file);
  if (isUnreadable(read)) return notRead(file, read);
  const { source, value, problems } = parse(file, read.text, verbatim);
  return problems.length > 0
    ? { file, read: true, problems }
    : { file, read: true, problems, value: { source, data: value } };
}

function notRead(file: string, { code, message, ...rest }: Unreadable): LoadedFile<never> {
  return { file, read: false, problems: [problem(code, message, { ...rest, place: { file, line: 1, column: 1 } })] };
}

function nothing({ file, read, problems }: LoadedFile<unknown>): LoadedFile<never> {
  return { file, read, problems };
}

function broken(source: Source, mistakes: readonly Mistake[]): { file: string; read: true; problems: Problem[] } {
  return { file: source.file, read: true, problems: locateAll(source, mistakes) };
}

/** How many problems of one file are shown. */
const mostShown = 50;

/** The mistakes with their places; of very many, the first. */
export function locateAll(source: Source, mistakes: readonly Mistake[]): Problem[] {
  const shown = mistakes.slice(0, mostShown).map((mistake) => located(source, mistake));
  const left = mistakes.length - shown.length;
  if (left === 0) return shown;
  const place = placeOf(source, { start: source.text.length, end: source.text.length });
  return [...shown, problem("PROBLEMS_MANY", `${left} more problems in this file are not shown`, { place })];
}
