import type { Connected } from "../push/connect-checkout.ts";
import type { Text } from "../span.ts";

/** How changes get from a checkout to this machine, and who may sign them. */
export function connectedText({ remote, branch, signing }: Connected): Text {
  const push = `git push ${remote} ${branch} brings what is committed to this machine.`;
  if (signing.by === "openpgp")
    return [
      push,
      `Commits are signed by your OpenPGP key ${signing.id}, which this machine does not know yet:`,
      `  gpg --export --armor ${signing.id} | freehold signers add -`,
    ];
  const made = signing.made ? ", which was made for it" : "";
  return [push, `Commits are signed by ${signing.file}${made}; this machine takes them.`];
}
