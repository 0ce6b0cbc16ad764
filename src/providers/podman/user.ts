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

/**
 * The content of the first file in a tar archive, see tar(5): members begin with a block of 512 bytes, which has the size in octal at
 * 124 and the type at 156, `0` for a file; what only describes the next member has other types.
 */
export function onlyFile(archive: Buffer): string {
  for (let start = 0; start + 512 <= archive.length; ) {
    const size = Number.parseInt(archive.toString("latin1", start + 124, start + 135), 8);
    if (Number.isNaN(size)) return "";
    const type = archive.toString("latin1", start + 156, start + 157);
    if (type === "0" || type === "\0") return archive.toString("utf8", start + 512, start + 512 + size);
    start += 512 + Math.ceil(size / 512) * 512;
  }
  return "";
}
