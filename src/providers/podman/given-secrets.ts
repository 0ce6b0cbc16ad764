import { chown, readFile } from "node:fs/promises";
import { isErrno } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import type { Container, SecretsGiven } from "../../resource/kinds/container.ts";
import type { SiteLayout } from "../layout.ts";
import { findImage } from "./image-facts.ts";
import { secretPath } from "./secret.ts";
import type { Session } from "./session.ts";
import type { Bind } from "./translate.ts";
import { ownerOf } from "./user.ts";

/** The longest variable that Linux gives to a program, in bytes, with its name and its end (MAX_ARG_STRLEN). */
const longest = 131_072;

/** The files of a container's secrets, as it sees them. */
export function secretBinds(layout: SiteLayout, { secrets }: Container): Bind[] {
  return Object.entries(secrets?.files ?? {}).map(([target, name]) => ({
    source: secretPath(layout, secrets?.source ?? "", name),
    target,
    access: "read",
  }));
}

/**
 * Gives the user that a container's process is its files, and sees that what becomes a variable can be one. Done at each start,
 * since a reboot forgets what was open. Problems: `SECRET_CLOSED` when something is not open, `SECRET_UNFIT`, `USER_UNKNOWN`.
 */
export async function giveSecrets(session: Session, container: Container, name: string): Promise<void> {
  const { secrets } = container;
  if (secrets === undefined) return;
  const user = container.user ?? (await findImage(session.client, container.image))?.user ?? "";
  const owner = await ownerOf(session, container, name, user);
  for (const secret of new Set(Object.values(secrets.files)))
    await orClosed(secret, chown(secretPath(session.layout, secrets.source, secret), owner.uid, owner.gid));
  for (const [variable, secret] of Object.entries(secrets.variables))
    await checkVariable(session.layout, secrets, variable, secret);
}

async function checkVariable(layout: SiteLayout, { source }: SecretsGiven, variable: string, secret: string) {
  const value = await orClosed(secret, readFile(secretPath(layout, source, secret)));
  const isLong = variable.length + value.length + 2 > longest;
  if (!isLong && !value.includes(0)) return;
  const got = isLong ? "131,071 bytes or more" : "a NUL character";
  fail("SECRET_UNFIT", `expected text that a variable can hold in the secret ${secret}, got ${got}`, {
    hint: `give it as a file: write a path instead of ${variable} under secrets`,
  });
}

async function orClosed<T>(secret: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (!isErrno(cause, "ENOENT")) throw cause;
    return fail("SECRET_CLOSED", `expected the secret ${secret} to be open in memory, got nothing there`, {
      kind: "transient",
      hint: "freehold up opens it again",
      cause,
    });
  }
}
