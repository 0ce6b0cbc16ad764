/** Whether something thrown is a file system error with one of these codes: `isErrno(e, "ENOENT")`. */
export function isErrno(thrown: unknown, ...codes: readonly string[]): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && "code" in thrown && codes.includes(String(thrown.code));
}
