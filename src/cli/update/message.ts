import type { Proposal } from "./propose.ts";

/** The message of a commit that updates one service, in the form of conventionalcommits.org with the type `deps`. */
export function updateMessage(proposals: readonly Proposal[]): string {
  const [first] = proposals;
  const subjects = [...new Set(proposals.map(subjectOf))];
  const subject = subjects.length > 2 ? `${subjects.length} images` : subjects.join(", ");
  const body = proposals.map(({ repository, toTag, fromDigest, toDigest }) =>
    [`${repository}:${toTag}`, ...(fromDigest === undefined ? [] : [`  was ${fromDigest}`]), `  now ${toDigest}`].join(
      "\n",
    ),
  );
  return `deps(${first?.service ?? ""}): ${subject}\n\n${[...new Set(body)].join("\n")}\n`;
}

/** `nginx 1.29.1 → 1.29.3`, `nginx 1.29 rebuilt`. */
export function subjectOf({ repository, fromTag, toTag, step }: Proposal): string {
  const name = repository.split("/").at(-1) ?? repository;
  return fromTag === toTag ? `${name} ${toTag} ${step}` : `${name} ${fromTag} → ${toTag}`;
}
