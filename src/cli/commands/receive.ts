import type { Command } from "../command.ts";

/** What a key in authorized_keys is limited to. */
export const receive: Command = {
  name: "receive",
  summary: "let somebody who comes over SSH push to one site, and do nothing else",
  description: [
    'For a line in authorized_keys: restrict,command="freehold receive --site-name home" ssh-ed25519 AAAA…. Whoever comes by that key may push to and fetch from the repository of that site, under the site\'s name or its path. Everything else is refused.',
  ],
  arguments: [],
  options: [{ flag: "--site-name", value: "NAME", summary: "the site", offer: "nothing" }],
  exits: [],
  examples: [["freehold receive --site-name home", "what sshd runs"]],
  hidden: true,
  async run(context, input) {
    const { receiveOverSsh } = await import("../push/receive-over-ssh.ts");
    const { requiredOption } = await import("../input.ts");
    return receiveOverSsh(context, requiredOption(input, "--site-name"));
  },
};
