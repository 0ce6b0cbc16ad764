import { list, section } from "./form.ts";
import { requiredKey } from "./key.ts";
import { mountPath } from "./location.ts";
import { oneOf } from "./word.ts";

const give = list(oneOf("addresses", "keys", "names", "passwords"), {
  expected: "a list of addresses, keys, names and passwords",
});

/** `people` of a part: a directory in which freehold keeps the people of the site. See docs/decisions/0002-people-mount.md. */
export const peopleMount = section(
  "people",
  { expected: "a map with path and give", hint: "write people: {path: /run/people, give: [keys]}" },
  {
    path: requiredKey(mountPath, {
      description:
        "The directory inside. It is read-only; `current` in it has the files, and leads to new ones without a restart when people.yaml changes.",
      example: "/run/people",
    }),
    give: requiredKey(give, {
      description:
        "What the part may know, a file each: `names` has a line `NAME TITLE` for everybody, `keys` a line `NAME ssh-ed25519 AAAA…` each, `passwords` a line `NAME:HASH` each, `addresses` a line `ADDRESS NAME` each.",
      example: ["keys"],
    }),
  },
);
