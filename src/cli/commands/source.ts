import { fail } from "../../lib/problem.ts";
import { either, nearest } from "../../lib/text.ts";
import type { Command, Context, Input } from "../command.ts";
import { jsonOption, siteNameOption, siteOption, yesOption } from "../options.ts";
import { sourceActions } from "../source/actions.ts";

export const source: Command = {
  name: "source",
  summary: "which repository this machine follows, and how far it trusts it",
  description: [
    "show says what the site follows, the commit that is trusted, and what was refused. Nothing is ever taken that does not descend from the trusted commit, or that nobody who may has signed.",
    "set URL follows a branch of a repository elsewhere: over HTTPS, over SSH with a key of the site's own, which it prints, or in a directory of this machine. --token reads a token for HTTPS from standard input, or asks for it. forget goes back to what is pushed to this machine.",
    "accept REV is the way out, for root on this machine: you vouch for that commit and all before it, for a history that was not signed, or to wind back.",
  ],
  arguments: [
    { name: "ACTION", summary: "show (default), set, forget or accept", takes: "at most one", offer: "source action" },
    {
      name: "WORD",
      summary: "of set: an address; of accept: a commit, branch or tag",
      takes: "at most one",
      offer: "nothing",
    },
  ],
  options: [
    { flag: "--branch", value: "BRANCH", summary: "of set: what is followed there (default: main)", offer: "nothing" },
    { flag: "--every", value: "TIME", summary: "of set: how often to look, 10s to 1d (default: 1m)", offer: "nothing" },
    { flag: "--token", summary: "of set: take a token, or USER:TOKEN, for HTTPS" },
    yesOption,
    siteOption,
    siteNameOption,
    jsonOption,
  ],
  exits: [10, 11],
  examples: [
    ["freehold source", "what is followed, trusted and refused"],
    ["freehold source set git@forge.example.org:ada/home.git", "follow a repository elsewhere"],
    ["freehold source set https://forge.example.org/ada/home.git --token < token", "a private one, over HTTPS"],
    ["freehold source accept v2026.10", "trust a commit on your own word"],
  ],
  async run(context, input) {
    const action = input.argument("ACTION") ?? "show";
    const word = input.words("WORD")[0];
    const only = ["--branch", "--every", "--token"] as const;
    const misplaced = action === "set" ? undefined : only.find((flag) => input.has(flag));
    if (misplaced !== undefined) fail("USAGE_OPTION", `expected ${misplaced} behind set alone`);
    return act(context, input, action, word);
  },
};

async function act(context: Context, input: Input, action: string, word: string | undefined): Promise<number> {
  switch (action) {
    case "show":
      await (await import("../source/show.ts")).showSource(context, nothing(input, action, word));
      return 0;
    case "set":
      await (await import("../source/set.ts")).setSource(context, input, needed(action, "URL", word));
      return 0;
    case "forget":
      await (await import("../source/set.ts")).forgetRemote(context, nothing(input, action, word));
      return 0;
    case "accept":
      return (await import("../source/accept.ts")).acceptRevision(context, input, needed(action, "REV", word));
    default: {
      const near = nearest(action, sourceActions);
      return fail("USAGE_SOURCE", `expected ${either(sourceActions)}, got "${action}"`, {
        hint: near === undefined ? "freehold source --help" : `did you mean ${near}?`,
      });
    }
  }
}

function needed(action: string, what: string, word: string | undefined): string {
  return word ?? fail("USAGE_ARGUMENT", `expected ${what} behind ${action}, got nothing`);
}

function nothing(input: Input, action: string, word: string | undefined): Input {
  return word === undefined ? input : fail("USAGE_ARGUMENT", `expected nothing behind ${action}, got "${word}"`);
}
