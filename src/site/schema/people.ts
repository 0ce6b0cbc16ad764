import type { z } from "zod";
import { list, namedMap, section } from "./form.ts";
import { invitation } from "./invitation.ts";
import { optionalKey } from "./key.ts";
import { textLeaf } from "./leaf.ts";
import { mail } from "./mail.ts";
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
    expected: "a map with title, groups, mail, keys and password",
    hint: "write {} for a person of whom only the name is known",
  },
  {
    title: optionalKey(title, {
      description: "What the person is called.",
      unless: ["the person's name"],
      example: "Ada Lovelace",
    }),
    groups: optionalKey(list(group, { expected: "a list of groups" }), {
      description:
        "Groups that the person belongs to. A group is an address, too: GROUP@DOMAIN goes to each of its members.",
      unless: ["none"],
      example: ["family"],
    }),
    mail: optionalKey(list(mail, { expected: "a list of mail addresses" }), {
      description:
        "The person's mail addresses, each at one of the site's domains. The first is the one to send from. An empty list: no mail.",
      unless: ["NAME@DOMAIN"],
      example: ["ada@example.org", "lovelace@example.org"],
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
    invitation: optionalKey(invitation, {
      description:
        "Leave to set a password of one's own, once, instead of `password`. `freehold invite NAME` writes it and says the code.",
      unless: ["none"],
      example: {
        digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        until: "2026-12-01",
      },
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
