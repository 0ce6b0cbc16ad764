import type { MadeSite } from "../create-site.ts";
import type { Connected } from "../push/connect-checkout.ts";
import { type Text, tone } from "../span.ts";
import { table } from "../table.ts";
import { connectedText } from "./connected.ts";

/** What `init` made. */
export type InitView = MadeSite & {
  /** The directory as the person typed it. */
  readonly shown: string;
  /** The machine's side of it; absent where there is none. */
  readonly connected?: Connected;
};

/** What `init` says: what was made, and what to do next. */
export function initText({ shown, person, key, git, connected }: InitView): Text {
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
    ...(connected === undefined ? [] : connectedText(connected)),
    ["next: ", tone("strong", `cd ${shown} && freehold add calendar`)],
  ];
}
