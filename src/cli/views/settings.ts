import type { SignedCommit } from "../history/commits.ts";
import type { LiveSetting, ToldChange } from "../history/service-past.ts";
import type { Past } from "../past.ts";
import { type Line, type Text, tone } from "../span.ts";
import { table } from "../table.ts";
import { clip, wrap } from "../width.ts";
import { commitText, type Seat, shortId } from "./commits.ts";

/** A file, the commit whose version of it is shown, and who says that this is what runs. */
export type SettingsView = { readonly file: string; readonly commit: string; readonly by: Past["by"] };

/** The settings of a file that runs, by the commit that set them, the newest first. */
export function settingsText({ file, commit, by }: SettingsView, settings: readonly LiveSetting[], seat: Seat): Text {
  const groups = [...Map.groupBy(settings, (setting) => setting.commit.commit).values()];
  const sorted = groups.toSorted((a, b) => (b[0]?.commit.authoredAt ?? 0) - (a[0]?.commit.authoredAt ?? 0));
  return [
    `${file} ${by === "nobody" ? "at" : "as it runs,"} ${shortId(commit)}`,
    ...sorted.flatMap((group): Text => {
      const [first] = group;
      if (first === undefined) return [];
      const rows = group.map(({ path, value }) => [path, clip(value, Math.max(16, seat.columns - 34))]);
      return ["", ...commitText(first.commit, seat), ...table(rows, "    ")];
    }),
  ];
}

/** How a setting came to be what it is, the newest change first, with its reasons. */
export function changesText(file: string, changes: ReadonlyMap<string, readonly ToldChange[]>, seat: Seat): Text {
  return [...changes].flatMap(
    ([path, all], index): Text => [
      ...(index === 0 ? [] : [""]),
      tone("strong", `${path} in ${file}`),
      ...all.flatMap(
        ({ from, to, commit }): Text => [
          "",
          ["  ", tone("strong", changeWords(from, to))],
          ...commitText(commit, seat).map((line): Line => ["  ", ...(Array.isArray(line) ? line : [line])]),
          ...reasonLines(commit, seat),
        ],
      ),
    ],
  );
}

function changeWords(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return `came as ${quoted(to)}`;
  return to === undefined ? `went, was ${quoted(from)}` : `${quoted(from)} → ${quoted(to)}`;
}

function quoted(value: string | undefined): string {
  return value === undefined || value === "" ? "nothing" : value;
}

function reasonLines({ body }: SignedCommit, { columns }: Seat): Text {
  return body === ""
    ? []
    : body.split("\n").flatMap((line) => wrap(line, columns - 6).map((piece) => `      ${piece}`));
}
