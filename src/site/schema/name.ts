import { label, labelExpected, labelHint } from "../../lib/label.ts";
import { textLeaf } from "./leaf.ts";

export { asLabel, label, labelExpected, labelHint } from "../../lib/label.ts";

/** The name of a site, a part, a port, a state or a person. */
export const name = textLeaf<string>({
  code: "NAME_INVALID",
  expected: labelExpected,
  json: { pattern: label.source },
  read: (text, refuse) => {
    if (label.test(text)) return text;
    const hint = labelHint(text);
    return refuse(hint === undefined ? {} : { hint });
  },
});

/** Names that services cannot have, and why. */
export const reservedNames: ReadonlyMap<string, string> = new Map([
  ["internet", "reach uses it for everything outside"],
  ["lan", "reach uses it for the network at home"],
  ["machine", "reach uses it for the machine itself"],
  ["front", "it is the front door's"],
  ["localhost", "programs use it for themselves"],
]);
