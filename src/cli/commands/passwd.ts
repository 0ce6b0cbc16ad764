import type { Command } from "../command.ts";
import { required } from "../input.ts";
import { newPassword } from "../new-password.ts";
import { siteOption } from "../options.ts";
import { siteDirectory } from "../site-directory.ts";

export const passwd: Command = {
  name: "passwd",
  summary: "set a person's password",
  description: [
    "Asks for a password twice and writes its hash (argon2id) into people.yaml; nothing else of the file changes, and the password itself is kept nowhere. With --stdin it is one line of standard input.",
  ],
  arguments: [{ name: "NAME", summary: "the person", takes: "one", offer: "nothing" }],
  options: [{ flag: "--stdin", summary: "read the password from standard input, without asking" }, siteOption],
  exits: [10],
  examples: [
    ["freehold passwd ada", "ask for a new password for ada"],
    ["pwgen 20 1 | tee ada.txt | freehold passwd ada --stdin", "from a program"],
  ],
  async run(context, input) {
    const name = required(input, "NAME");
    const site = await siteDirectory(context, input);
    const { setPassword } = await import("../set-password.ts");
    await setPassword(site, name, () => newPassword(context, name, input.has("--stdin") ? "input" : "person"));
    const { withNextUp } = await import("../next-up.ts");
    const said = [`people.yaml has the hash of ${name}'s new password.`, "next: freehold up"];
    context.terminal.print(await withNextUp(context, site, said));
    return 0;
  },
};
