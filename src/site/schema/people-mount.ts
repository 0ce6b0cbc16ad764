import { list, section } from "./form.ts";
import { requiredKey } from "./key.ts";
import { mountPath } from "./location.ts";
import { oneOf } from "./word.ts";

const give = list(oneOf("keys", "passwords"), { expected: "a list of keys and passwords" });

/** `people` of a part: a directory in which freehold keeps the people of the site. See docs/decisions/0002-people-mount.md. */
export const peopleMount = section(
  "people",
  { expected: "a map with path and give", hint: "write people: {path: /run/people, give: [keys]}" },
  {
    path: requiredKey(mountPath, {
      description: "The directory inside. It is read-only, and renewed without a restart when people.yaml changes.",
      example: "/run/people",
    }),
    give: requiredKey(give, {
      description:
        "What the part may know: `keys` is a file with a line `NAME ssh-ed25519 AAAA…` each, `passwords` one with a line `NAME:HASH` each.",
      example: ["keys"],
    }),
  },
);
