import { fail } from "../../lib/problem.ts";
import { either, nearest } from "../../lib/text.ts";
import type { Command, Context, Input } from "../command.ts";
import { jsonOption, siteOption } from "../options.ts";
import { secretActions } from "../secrets/actions.ts";

export const secrets: Command = {
  name: "secrets",
  summary: "keep passwords and keys, sealed, in the site's repository",
  description: [
    "secrets.yaml holds names and sealed values, in the format of sops: whoever has one of its keys can open it, with freehold or with sops, and everybody else sees names only. The first set makes it, for this machine's key and for yours.",
    "set NAME asks for a value without showing it, or reads it from standard input; --generate makes a password instead. edit opens everything in your editor, in memory, and seals what you changed. show lists the names; show NAME prints a value. rotate NAME… gives new generated passwords; rotate alone seals everything with a new data key. recipients lists who can open it; recipients add KEY and recipients remove KEY change that.",
    "merge lets git merge secrets.yaml secret by secret in this clone (init has done so in the first one), and merges one in which git left both sides; git itself calls it with the names of three files. Where both sides changed a secret differently, this side's value stays, and take NAME… takes the other side's.",
  ],
  arguments: [
    {
      name: "ACTION",
      summary: "set, edit, show (default), rotate, recipients, merge or take",
      takes: "at most one",
      offer: "secret action",
    },
    {
      name: "WORD",
      summary: "names of secrets; of recipients: add or remove, and a key",
      takes: "any number",
      offer: "secret",
    },
  ],
  options: [{ flag: "--generate", summary: "of set: make a password of 24 characters" }, siteOption, jsonOption],
  exits: [10],
  examples: [
    ["freehold secrets set vault-admin-token", "ask for a value and seal it"],
    ["freehold secrets set chat-database --generate", "a new password"],
    ["freehold secrets set mail-key < key.pem", "from a file"],
    ["freehold secrets show vault-admin-token", "print it"],
    ["freehold secrets recipients add age1…", "let somebody else open it"],
  ],
  async run(context, input) {
    const action = input.argument("ACTION") ?? "show";
    const words = input.words("WORD");
    if (input.has("--generate") && action !== "set") fail("USAGE_OPTION", "expected --generate behind set alone");
    await act(context, input, action, words);
    return 0;
  },
};

async function act(context: Context, input: Input, action: string, words: readonly string[]): Promise<void> {
  const [first, second] = words;
  switch (action) {
    case "set":
      if (first === undefined || second !== undefined) return oneName("set", second);
      return (await import("../secrets/set.ts")).setSecret(context, input, first);
    case "edit":
      if (first !== undefined) return fail("USAGE_ARGUMENT", "expected nothing behind edit, got more");
      return (await import("../secrets/edit.ts")).editSecrets(context, input);
    case "show":
      if (second !== undefined) return oneName("show", second);
      return (await import("../secrets/show.ts")).showSecrets(context, input, first);
    case "merge":
      return (await import("../secrets/merge.ts")).merge(context, input, words);
    case "take":
      return (await import("../secrets/take.ts")).takeSecrets(context, input, words);
    case "rotate":
      return (await import("../secrets/rotate.ts")).rotateSecrets(context, input, words);
    case "recipients":
      return (await import("../secrets/recipients.ts")).changeRecipients(context, input, words);
    default:
      return unknownAction(action);
  }
}

/** A second word is most likely a value, which must not be repeated. */
function oneName(action: string, second: string | undefined): never {
  if (second === undefined) return fail("USAGE_ARGUMENT", `expected a NAME behind ${action}, got nothing`);
  const hint = action === "set" ? { hint: "leave the value out: it is asked for, or read from standard input" } : {};
  return fail("USAGE_ARGUMENT", `expected one NAME behind ${action}, got more`, hint);
}

function unknownAction(action: string): never {
  const near = nearest(action, secretActions);
  return fail("USAGE_SECRETS", `expected ${either(secretActions)}, got "${action}"`, {
    hint: near === undefined ? "freehold secrets --help" : `did you mean ${near}?`,
  });
}
