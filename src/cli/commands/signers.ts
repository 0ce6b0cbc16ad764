import { fail } from "../../lib/problem.ts";
import { either, nearest } from "../../lib/text.ts";
import type { Command, Context, Input } from "../command.ts";
import { jsonOption, siteNameOption, siteOption } from "../options.ts";
import { signerActions } from "../signers/actions.ts";

export const signers: Command = {
  name: "signers",
  summary: "who may sign what this machine runs",
  description: [
    "A site that follows git runs only commits that were signed by one of these keys. This machine's list is the root of trust: it is changed here, by root, and nowhere else. site.yaml may list more in sources.signers; a change of that list counts from the commit after it on, so it must be signed by somebody who may sign already.",
    "add takes the line of an SSH public key, a file with one, or an armoured OpenPGP public key in a file; - reads it from standard input. remove takes a name or a fingerprint: what was accepted before stays. list shows both lists.",
  ],
  arguments: [
    { name: "ACTION", summary: "list (default), add or remove", takes: "at most one", offer: "signer action" },
    {
      name: "WORD",
      summary: "of add: a key or its file; of remove: a name or a fingerprint",
      takes: "any number",
      offer: "nothing",
    },
  ],
  options: [
    {
      flag: "--name",
      value: "NAME",
      summary: "of add: whose key it is (default: what stands behind or in it)",
      offer: "nothing",
    },
    siteOption,
    siteNameOption,
    jsonOption,
  ],
  exits: [10],
  examples: [
    ["freehold signers", "who may sign"],
    ["freehold signers add ~/.ssh/id_ed25519.pub --name ada", "let ada sign"],
    ["gpg --armor --export ben@example.org | freehold signers add -", "an OpenPGP key"],
    ["freehold signers remove ada", "nothing new that ada signs is taken"],
  ],
  async run(context, input) {
    const action = input.argument("ACTION") ?? "list";
    const words = input.words("WORD");
    if (input.has("--name") && action !== "add") fail("USAGE_OPTION", "expected --name behind add alone");
    await act(context, input, action, words);
    return 0;
  },
};

async function act(context: Context, input: Input, action: string, words: readonly string[]): Promise<void> {
  const change = await import("../signers/change.ts");
  switch (action) {
    case "list":
      if (words.length > 0) return fail("USAGE_ARGUMENT", "expected nothing behind list, got more");
      return change.listSigners(context, input);
    case "add":
      return change.addToSigners(context, input, words);
    case "remove":
      return change.removeFromSigners(context, input, words);
    default: {
      const near = nearest(action, signerActions);
      return fail("USAGE_SIGNERS", `expected ${either(signerActions)}, got "${action}"`, {
        hint: near === undefined ? "freehold signers --help" : `did you mean ${near}?`,
      });
    }
  }
}
