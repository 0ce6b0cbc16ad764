import { fail } from "../../lib/problem.ts";
import type { Command } from "../command.ts";
import { required } from "../input.ts";
import { isShell, shellScripts } from "../shell-scripts.ts";

export const completion: Command = {
  name: "completion",
  summary: "print what teaches a shell to complete freehold's words",
  description: [
    "Prints a script for the shell. It completes commands, options, this site's services, catalogue entries and topics.",
  ],
  arguments: [{ name: "SHELL", summary: "bash, zsh or fish", takes: "one", offer: "shell" }],
  options: [],
  exits: [],
  examples: [
    ["source <(freehold completion bash)", "for this shell"],
    ["freehold completion bash > /etc/bash_completion.d/freehold", "for every shell from now on"],
  ],
  async run({ terminal }, input) {
    const shell = required(input, "SHELL");
    if (!isShell(shell)) fail("USAGE_SHELL", `expected bash, zsh or fish, got "${shell}"`);
    terminal.raw(shellScripts[shell]);
    return 0;
  },
};
