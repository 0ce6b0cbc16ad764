import type { MadeSite } from "../create-site.ts";
import { type Text, tone } from "../span.ts";
import { table } from "../table.ts";

/** What `init` says: what was made, and what to do next. `shown` is the directory as the person typed it. */
export function initText({ shown, person, key, git }: MadeSite & { readonly shown: string }): Text {
  const head = git === "made" ? `${shown}/ is a git repository now:` : `${shown}/ is a site now:`;
  const withKey = key === undefined ? "" : ` with your key ~/${key},`;
  return [
    head,
    ...table(
      [
        ["site.yaml", "its name, its domain"],
        ["people.yaml", `you (${person}),${withKey} and who else may log in`.replace("), and", ") and")],
        ["services/", "empty: one file per service goes here"],
        ["schema/", "what may stand in these files, so that editors complete it"],
      ],
      "  ",
    ),
    ...(git === "not installed" ? ["git is not installed, so nothing keeps its history."] : []),
    ["next: ", tone("strong", `cd ${shown} && freehold add calendar`)],
  ];
}
