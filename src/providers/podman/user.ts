import { fail } from "../../lib/problem.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { Session } from "./session.ts";
import { firstUser } from "./users.ts";
import type { Owner } from "./volume.ts";

/**
 * The user of the machine that a container's process is. `user` is as the container or its image says it: a number, a name that
 * the image's /etc/passwd knows, either with a group. Problem: `USER_UNKNOWN`.
 */
export async function ownerOf(session: Session, container: Container, name: string, user: string): Promise<Owner> {
  const first = firstUser(container, (await session.call()).hasUserNamespaces);
  const [who = "", group = ""] = user.split(":");
  const uid = /^\d+$/.test(who) ? Number(who) : who === "" || who === "root" ? 0 : undefined;
  if (uid !== undefined) return { uid: first + uid, gid: first + (/^\d+$/.test(group) ? Number(group) : uid) };
  const known = passwdEntry(await readPasswd(session, name), who);
  if (known === undefined)
    fail("USER_UNKNOWN", `expected a user that the image ${container.image} knows, got "${who}"`, {
      hint: `write the number instead: user: 1000, in the file of ${container.service}`,
    });
  return { uid: first + known.uid, gid: first + (/^\d+$/.test(group) ? Number(group) : known.gid) };
}

/** The line of a user in the text of /etc/passwd, see passwd(5). */
export function passwdEntry(text: string, name: string): Owner | undefined {
  for (const line of text.split("\n")) {
    const [login, , uid, gid] = line.split(":");
    if (login === name) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/** /etc/passwd of a container that need not run; "" when there is none. */
async function readPasswd({ client }: Session, name: string): Promise<string> {
  const { status, chunks } = await client.stream("GET", `/containers/${name}/archive`, {
    query: { path: "/etc/passwd" },
  });
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return status < 400 ? onlyFile(Buffer.concat(parts)) : "";
}

/** The content of the first member of a tar archive: a header of 512 bytes with the size in octal at 124, see tar(5). */
export function onlyFile(archive: Buffer): string {
  const size = Number.parseInt(archive.toString("latin1", 124, 135), 8);
  return Number.isNaN(size) ? "" : archive.toString("utf8", 512, 512 + size);
}
