/** What somebody who comes over SSH wants of a repository. */
export type AskedOfGit = "receive-pack" | "upload-pack";

/** The repository that somebody may use. */
export type Allowed = { readonly site: string; readonly repository: string };

/**
 * What a client's git asks for, if that is to push to or fetch from the one repository that it may: by the site's name (`home`, `/home`,
 * `home.git`) or by the repository's own path. Undefined for everything else: other programs, options, other places. Git writes the
 * program and one word in quotes (connect.c, sq_quote_buf).
 */
export function askedOfGit(command: string, { site, repository }: Allowed): AskedOfGit | undefined {
  const [, program, path] = /^git[- ](receive-pack|upload-pack) '([^'\\!]+)'$/.exec(command) ?? [];
  const places = [site, `${site}.git`].flatMap((name) => [name, `/${name}`]);
  if (path === undefined || ![...places, repository].includes(path)) return undefined;
  return program === "receive-pack" || program === "upload-pack" ? program : undefined;
}
