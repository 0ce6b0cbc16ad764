import { type Text, type Tone, tone } from "../span.ts";
import { table } from "../table.ts";
import type { Proposal, Proposals } from "../update/propose.ts";
import { count } from "../words.ts";
import { problemsText } from "./problems.ts";

const tones: Record<Proposal["step"], Tone> = {
  major: "bad",
  minor: "warn",
  patch: "good",
  rebuilt: "good",
  pinned: "dim",
};

/** What a step means for whoever reads its changes first. */
const meanings: Record<Proposal["step"], string> = {
  major: "major: read its notes first",
  minor: "minor",
  patch: "patch",
  rebuilt: "the same version, built anew",
  pinned: "pinned as it is now",
};

/** What is newer, a line for each image. */
export function updateText({ proposals, unchanged, problems }: Proposals, columns: number): Text {
  const rows = proposals.map(({ service, repository, fromTag, toTag, step }) => [
    service,
    repository,
    fromTag === toTag ? toTag : `${fromTag} → ${toTag}`,
    tone(tones[step], meanings[step]),
  ]);
  return [
    ...table(rows, "  "),
    ...(rows.length > 0 ? [""] : []),
    ...problems.flatMap(({ problem }) => [...problemsText([problem], columns), ""]),
    proposals.length === 0
      ? `Nothing newer: ${count(unchanged, "image")} looked at.`
      : `${count(proposals.length, "image")} newer, ${unchanged} unchanged.`,
  ];
}

/** What was committed. */
export function updatedText(commits: readonly string[]): Text {
  return [`${count(commits.length, "commit")} made, one for each service.`, "next: git push"];
}

/** The same for programs. */
export function updateJson({ proposals, unchanged, problems }: Proposals, commits: readonly string[]): object {
  return { proposals, unchanged, problems: problems.map(({ service, problem }) => ({ service, ...problem })), commits };
}
