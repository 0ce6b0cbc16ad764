import { liveCommit } from "../../ledger/way-back.ts";
import { fail } from "../../lib/problem.ts";
import { nearest } from "../../lib/text.ts";
import { isSecret } from "../../plan/words.ts";
import type { Git } from "../git.ts";
import { unknownService } from "../narrow.ts";
import type { Past } from "../past.ts";
import { attributed, changesOf, type SettingChange } from "./attribution.ts";
import { commitsOf, type SignedCommit } from "./commits.ts";
import { recognised } from "./told.ts";
import { type Version, versionsOf } from "./versions.ts";

/** A file of a site as it runs, and what is known of its past. */
export type FilePast = {
  readonly file: string;
  /** The commit whose version of it runs. */
  readonly commit: string;
  readonly versions: readonly Version[];
  readonly commits: ReadonlyMap<string, SignedCommit>;
};

/** One live setting and the commit that gave it its value. */
export type LiveSetting = {
  readonly path: string;
  readonly value: string;
  readonly line: number;
  readonly commit: SignedCommit;
};

/** One change of a setting, and the commit that made it. */
export type ToldChange = Omit<SettingChange, "commit"> & { readonly commit: SignedCommit };

/**
 * The past of what a word means: a service's file, or a file of the site by its name (`site.yaml`), up to what runs; up to the newest
 * commit where nobody knows what runs. Problems: `HISTORY_NONE`, `SERVICE_UNKNOWN`.
 */
export async function filePast(
  past: Past & { readonly git: Git; readonly head: string },
  word: string,
): Promise<FilePast> {
  const { git, head, told, signers } = past;
  const isService = !word.endsWith(".yaml");
  const file = isService ? `services/${word}.yaml` : word;
  const live = liveCommit(told.entries, isService ? word : undefined);
  const commit = live !== undefined && (await isHere(git, live)) ? live : head;
  const versions = await versionsOf(git, file, commit);
  if (versions.length === 0) return unknownWord(git, head, word);
  const used = [...attributed(versions).values(), ...versions.map((version) => version.commit)];
  const known = await commitsOf(git, used, signers);
  const commits = [...known].map(([id, it]): [string, SignedCommit] => [id, recognised(it, told.entries)]);
  return { file, commit, versions, commits: new Map(commits) };
}

/** What the newest version sets, from top to bottom. Values that look secret are left out. */
export function liveSettings({ versions, commits }: FilePast): readonly LiveSetting[] {
  const by = attributed(versions);
  return [...(newestSettings(versions)?.values() ?? [])].flatMap(({ path, value, line }) => {
    const commit = commits.get(by.get(path) ?? "");
    return commit === undefined ? [] : [{ path, value: shownValue(path, value), line, commit }];
  });
}

/**
 * The changes of a setting, or of all settings below it, newest first, by the path that each is about. Problem: `SETTING_UNKNOWN`.
 */
export function settingChanges(
  { versions, commits, file }: FilePast,
  word: string,
): ReadonlyMap<string, readonly ToldChange[]> {
  const paths = [...new Set(versions.flatMap(({ settings }) => [...(settings?.keys() ?? [])]))];
  const meant = paths.filter((path) => path === word || path.startsWith(`${word}.`) || path.startsWith(`${word}[`));
  if (meant.length === 0) {
    const near = nearest(word, paths);
    return fail("SETTING_UNKNOWN", `expected a setting that ${file} has or had, got "${word}"`, {
      hint: near === undefined ? `freehold history without it lists them` : `did you mean ${near}?`,
    });
  }
  return new Map(
    meant.map((path) => [path, changesOf(versions, path).flatMap((change) => toldChange(path, change, commits))]),
  );
}

function toldChange(path: string, change: SettingChange, commits: FilePast["commits"]): readonly ToldChange[] {
  const commit = commits.get(change.commit);
  if (commit === undefined) return [];
  const { from, to } = change;
  return [
    {
      commit,
      ...(from !== undefined && { from: shownValue(path, from) }),
      ...(to !== undefined && { to: shownValue(path, to) }),
    },
  ];
}

/** A version that nobody can read runs as the one before it. */
function newestSettings(versions: readonly Version[]): Version["settings"] {
  return versions.find(({ settings }) => settings !== undefined)?.settings;
}

/** The repository has it in the clear; a screen that somebody looks over, or a ticket, need not. */
function shownValue(path: string, value: string): string {
  const inPart = path.replace(/^parts(?:\.[^.[]+|\["[^"]*"\])\./, "");
  return isSecret(inPart, value) || /(?:^|\.)password$/.test(path) ? "•••" : value;
}

async function isHere(git: Git, commit: string): Promise<boolean> {
  return (await git.try(["cat-file", "-e", `${commit}^{commit}`])).code === 0;
}

async function unknownWord(git: Git, head: string, word: string): Promise<never> {
  const listed = await git.ask(["ls-tree", "--name-only", head, "services/"]);
  const known = listed.split("\n").flatMap((name) => /^services\/(.+)\.yaml$/.exec(name)?.[1] ?? []);
  return unknownService(word, new Set(known));
}
