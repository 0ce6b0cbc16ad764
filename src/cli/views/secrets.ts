import type { Founder } from "../../secrets/founders.ts";
import { type Line, type Text, tone } from "../span.ts";
import { wrap } from "../width.ts";
import { listed } from "../words.ts";

/** What `secrets set` says. */
export function setText(name: string, is: "new" | "changed", founders: readonly Founder[]): Text {
  const use = `A service gets it by a line in its file: secrets: {VARIABLE: ${name}}`;
  return [
    ...foundersText(founders),
    is === "new" ? `${name} is sealed in secrets.yaml.` : `${name} has another value now.`,
    ...(is === "new" ? [use] : ["next: freehold up"]),
  ];
}

/** What `secrets edit` says. */
export function editedText(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  founders: readonly Founder[],
): Text {
  const names = [...after.keys()];
  const rows = [
    ["new:", names.filter((name) => !before.has(name))],
    ["changed:", names.filter((name) => before.has(name) && before.get(name) !== after.get(name))],
    ["gone:", [...before.keys()].filter((name) => !after.has(name))],
  ] as const;
  const lines = rows.flatMap(([what, which]) => (which.length === 0 ? [] : [`${what} ${listed(which)}`]));
  return [
    ...foundersText(founders),
    ...(lines.length === 0 ? ["No value was changed."] : [...lines, "next: freehold up"]),
  ];
}

/** What `secrets rotate` says. */
export function rotatedText(names: readonly string[], recipients: readonly string[]): Text {
  if (names.length > 0) {
    const [first = ""] = names;
    const what = names.length === 1 ? "has a new password" : "have new passwords";
    return [...wrap(`${listed(names)} ${what}; freehold secrets show ${first} prints it.`, 80), "next: freehold up"];
  }
  return [
    "Every secret is sealed with a new data key, for:",
    ...recipients.map((recipient) => `  ${recipient}`),
    "The values are the same; rotate NAME gives one a new value.",
    "next: freehold up",
  ];
}

/** What `secrets recipients` says: who can open the file, and which of the keys are here. */
export function recipientsText(
  recipients: readonly { readonly recipient: string; readonly from: string | undefined }[],
): Text {
  const lines = recipients.map(({ recipient, from }): string => `  ${recipient}${from === undefined ? "" : " *"}`);
  const here = recipients.flatMap(({ from }) => from ?? []);
  const legend = here.length === 0 ? "None of these keys is here." : `* here: ${listed(here)}`;
  return ["secrets.yaml can be opened by:", ...lines, legend];
}

/** That this machine cannot open the file, and how it can. */
export function machineMissingText(recipient: string): Text {
  return [
    "This machine's own key is not among them. Whoever has one of them can add it:",
    `  freehold secrets recipients add ${recipient}`,
  ];
}

/** That a person's own rule for sops does not follow. */
export const otherRuleText: Text = wrap(
  "A .sops.yaml of your own has the rule for sops: change the keys there too, or sops updatekeys undoes this.",
  80,
);

/** What follows from taking a key away. */
export const removedText: Text = [
  ...wrap(
    "Everything is sealed with a new data key. Who could open the old file may still know its values: rotate NAME… gives them new ones.",
    80,
  ),
  "next: freehold up",
];

/** Whom a new secrets.yaml is for, and what must be kept. */
export function foundersText(founders: readonly Founder[]): Text {
  if (founders.length === 0) return [];
  const keys = founders.flatMap(({ recipient, whose, path, made }): Line[] => [
    `  ${whose === "machine" ? "this machine" : "you"}: ${path}${made ? ", made just now" : ""}`,
    ["    ", tone("dim", recipient)],
  ]);
  const files = listed(founders.map(({ path }) => path).filter((path) => path.startsWith("/")));
  return [
    "secrets.yaml is new. It can be opened by:",
    ...keys,
    [tone("warn", `Keep a copy of ${files} in another place:`)],
    "without a key that fits, nobody can open secrets.yaml ever again.",
    ...(founders.some(({ whose }) => whose === "machine") ? [] : machineLater),
  ];
}

const machineLater: Text = ["This machine cannot open it yet: as root, freehold secrets recipients says how it can."];
