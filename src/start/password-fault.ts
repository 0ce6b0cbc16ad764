/** In characters. Long enough that guessing over the network is hopeless with what services let pass per second. */
const least = 10;

/** Nobody types more; what hashes it need not read more. */
const most = 1000;

/** What is the matter with a new password, as a sentence for whoever chose it; undefined: nothing. */
export function passwordFault(password: string, again: string, name: string): string | undefined {
  const length = [...password].length;
  if (length < least) return `Expected at least ${least} characters, got ${length}.`;
  if (length > most) return `Expected at most ${most} characters, got ${length}.`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  if (/[\u0000-\u001f\u007f]/.test(password)) return "Expected a password without control characters.";
  if (password.toLowerCase() === name.toLowerCase()) return "Expected something else than your name.";
  return password === again ? undefined : "Expected the same password twice, got two.";
}
