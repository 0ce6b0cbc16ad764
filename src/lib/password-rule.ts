/** The length of a password, in characters. */
export const passwordLength = {
  /** Long enough that guessing over the network is hopeless with what services let pass per second. */
  least: 10,
  /** Nobody types more; what hashes it need not read more. */
  most: 1000,
} as const;

/** What is the matter with a password. */
export type PasswordFault = {
  readonly code: "PASSWORD_SHORT" | "PASSWORD_LONG" | "PASSWORD_TEXT" | "PASSWORD_NAME";
  /** "expected X, got Y", lower case and without a full stop. */
  readonly message: string;
};

/** The one rule for passwords that people choose, wherever they do; undefined for one that may be taken. */
export function passwordFault(password: string, name: string): PasswordFault | undefined {
  const { least, most } = passwordLength;
  const length = [...password].length;
  if (length < least)
    return { code: "PASSWORD_SHORT", message: `expected at least ${least} characters, got ${length}` };
  if (length > most) return { code: "PASSWORD_LONG", message: `expected at most ${most} characters, got ${length}` };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  if (/[\u0000-\u001f\u007f]/.test(password))
    return { code: "PASSWORD_TEXT", message: "expected a password without control characters" };
  if (password.toLowerCase() === name.toLowerCase())
    return { code: "PASSWORD_NAME", message: "expected something else than the name, got the name" };
  return undefined;
}
