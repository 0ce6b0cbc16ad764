import type { Problem } from "../../lib/problem.ts";
import { atStake } from "../../plan/snapshots.ts";
import type { PlannedSnapshot } from "../../plan/step.ts";
import type { ServiceChange } from "../../plan/summary.ts";
import { count, duration, listed, size } from "../words.ts";
import type { PlanView } from "./plan.ts";

/** A commit as it was named. */
export type NamedCommit = { readonly word: string; readonly commit: string };

/** The plan of a commit, and what it is compared with. */
export type RevisionView = PlanView & {
  readonly rev?: NamedCommit;
  readonly problems: readonly Problem[];
  readonly against: { readonly by: "machine"; readonly host: string } | ({ readonly by: "commit" } & NamedCommit);
};

/** So many problems are written out: a forge refuses long comments. */
const most = 20;

/**
 * The plan as a comment for a pull request, in the Markdown of GitHub, GitLab and Forgejo. What people wrote is shown as text: no link, no
 * mention and no markup in it is one.
 */
export function planMarkdown(view: RevisionView): string {
  const { site, summary, problems, broken } = view;
  const errors = problems.filter(({ severity }) => severity === "error");
  const what =
    summary.changes.length === 0 ? "nothing to change" : `${count(summary.changes.length, "service")} would change`;
  const lines = [
    `### ${plain(site.name)}: ${what}${errors.length > 0 ? `, ${count(errors.length, "problem")}` : ""}`,
    "",
    plain(comparedWith(view)),
    ...tableOf(view),
    ...restOf(view),
    ...(broken.length === 0 ? [] : ["", `${plain(listed(broken))} would stay as before: the file has problems.`]),
    ...problemsOf(errors),
  ];
  return `${lines.join("\n")}\n`;
}

/** What is compared with what, as text. */
export function comparedWith({ rev, against }: RevisionView): string {
  const from = rev === undefined ? "The files" : `${rev.word} (${rev.commit.slice(0, 7)})`;
  const to =
    against.by === "machine"
      ? `what runs on ${against.host}`
      : `${against.word} (${against.commit.slice(0, 7)}), which is taken to run`;
  return `${from}, compared with ${to}.`;
}

function tableOf({ summary, plan }: RevisionView): readonly string[] {
  if (summary.changes.length === 0) return [];
  const copied = new Map(plan.snapshots?.map((snapshot) => [snapshot.service, snapshot]));
  const stake = new Set(atStake(plan));
  const rows = summary.changes.map((change) => {
    const { service, action, risk } = change;
    const name = service === "front" ? "front door" : service;
    return row([
      `**${plain(name)}**`,
      action,
      whatOf(change),
      plain(risk),
      copyOf(service, copied.get(service), stake),
    ]);
  });
  return [
    "",
    row(["service", "change", "what", "for those who use it", "copy of its data before"]),
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ];
}

function whatOf({ what }: ServiceChange): string {
  return what.map(plain).join("<br>");
}

const ways = { atomic: "at once", reflink: "shared blocks", copy: "every byte" } as const;

function copyOf(service: string, copy: PlannedSnapshot | undefined, stake: ReadonlySet<string>): string {
  if (copy === undefined) return stake.has(service) ? "yes" : "";
  const cost = copy.way === "copy" ? `${size(copy.bytes)}, about ${duration(copy.milliseconds)}` : ways[copy.way];
  return `yes: ${cost}`;
}

function restOf({ summary }: RevisionView): readonly string[] {
  const { unchanged, certificates } = summary;
  const rest = [
    ...(unchanged > 0 ? [`${unchanged} unchanged.`] : []),
    ...(certificates > 0 ? [`Certificates: ${certificates} new.`] : []),
  ].join(" ");
  return rest === "" ? [] : ["", rest];
}

function problemsOf(errors: readonly Problem[]): readonly string[] {
  if (errors.length === 0) return [];
  const shown = errors.slice(0, most).map(({ place, code, message, hint }) => {
    const where = place === undefined ? "" : `${plain(`${place.file}:${place.line}:${place.column}`)} `;
    return `- ${where}**${code}**: ${plain(message)}${hint === undefined ? "" : `<br>hint: ${plain(hint)}`}`;
  });
  const left = errors.length - shown.length;
  return ["", "#### Problems", "", ...shown, ...(left > 0 ? [`- and ${count(left, "more")}`] : [])];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Text that is nothing but text, on one line: every character that Markdown, HTML or a forge reads as more is an entity. */
function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[&<>"'`*_~[\]\\|#@$]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll("://", "&#58;//");
}
