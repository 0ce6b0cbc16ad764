import type { z } from "zod";
import { list, namedMap, section } from "./form.ts";
import { optionalKey } from "./key.ts";
import { textLeaf } from "./leaf.ts";
import { label, labelHint, name } from "./name.ts";
import { passwordHash } from "./password.ts";
import { publicKey } from "./public-key.ts";
import { title } from "./text.ts";

const group = textLeaf<string>({
  code: "GROUP_INVALID",
  expected: "a group of lower-case letters, digits and inner dashes, at most 63",
  json: { pattern: label.source },
  read: (text, refuse) => {
    const hint = labelHint(text);
    return label.test(text) ? text : refuse(hint === undefined ? {} : { hint });
  },
});

const person = section(
  "person",
  {
    expected: "a map with title, groups, keys and password",
    hint: "write {} for a person of whom only the name is known",
  },
  {
    title: optionalKey(title, {
      description: "What the person is called.",
      unless: ["the person's name"],
      example: "Ada Lovelace",
    }),
    groups: optionalKey(list(group, { expected: "a list of groups" }), {
      description: "Groups that the person belongs to.",
      unless: ["none"],
      example: ["family"],
    }),
    keys: optionalKey(list(publicKey, { expected: "a list of OpenSSH public keys" }), {
      description: "OpenSSH public keys, each a line of a `.pub` file.",
      unless: ["none: the person cannot log in by key"],
      example: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB2oTDvJ8jZ0mXQ4tY6s1WcF3pLr7hKxN9eUaGzVbRqM ada@laptop"],
    }),
    password: optionalKey(passwordHash, {
      description: "The hash of the person's password. `freehold passwd NAME` asks for the password and writes it.",
      unless: ["none: the person cannot log in by password"],
      example: "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21l$RdescudvJCsgt3ub+b4dWRWJTmaaJObGEXAMPLEHASH",
    }),
  },
);

/** The file `people.yaml`: people by name. */
export const peopleSchema = namedMap(name, person, {
  expected: "a map of names to people",
  hint: "write ada: {keys: [ssh-ed25519 AAAA…]}",
});

/** A people.yaml as written, its values parsed. */
export type PeopleFile = z.output<typeof peopleSchema>;
