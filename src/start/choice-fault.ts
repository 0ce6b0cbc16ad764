import { passwordFault } from "../lib/password-rule.ts";

/** What is the matter with a new password that was typed twice, as a sentence for whoever chose it; undefined: nothing. */
export function choiceFault(password: string, again: string, name: string): string | undefined {
  const fault = passwordFault(password, name);
  if (fault !== undefined) return `${fault.message.slice(0, 1).toUpperCase()}${fault.message.slice(1)}.`;
  return password === again ? undefined : "Expected the same password twice, got two.";
}
