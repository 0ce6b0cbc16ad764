import { createHash } from "node:crypto";
import { chmod, mkdir, open, readdir, readFile, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isErrno } from "../../lib/fs.ts";
import type { Issued } from "./issue.ts";
import type { FoundPair } from "./pair.ts";

/** The files of a version. */
const names = { certificate: "certificate.pem", key: "key.pem" } as const;

/** What `current` leads to. */
export async function readCertificateDirectory(directory: string): Promise<FoundPair> {
  const key = join(directory, "current", names.key);
  try {
    const [certificate, text, { mode, uid }] = await Promise.all([
      readFile(join(directory, "current", names.certificate), "utf8"),
      readFile(key, "utf8"),
      stat(key),
    ]);
    return { text: certificate + text, mode: mode & 0o777, owner: uid };
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR", "ELOOP")) return { mode: 0, owner: 0 };
    throw thrown;
  }
}

/**
 * Writes a certificate and its key as a new version and switches `current` to it at once; the version before is kept for those
 * who are reading it. Anybody may read the certificate, `owner` alone the key. A full disk leaves the old version and no trace.
 */
export async function writeCertificateDirectory(directory: string, issued: Issued, owner: number): Promise<void> {
  for (const path of [dirname(directory), directory]) {
    const made = await mkdir(path, { recursive: true, mode: 0o711 });
    if (made !== undefined) await chmod(path, path === directory ? 0o755 : 0o711);
  }
  const before = await currentVersion(directory);
  const version = createHash("sha256").update(issued.certificate).digest("hex").slice(0, 16);
  const path = join(directory, version);
  try {
    await mkdir(path, { mode: 0o700 });
    await writeFor(join(path, names.key), issued.key, 0o400, owner);
    await writeFor(join(path, names.certificate), issued.certificate, 0o444, owner);
    await seal(path, owner);
    await symlink(version, `${path}.link`);
    await rename(`${path}.link`, join(directory, "current"));
  } catch (thrown) {
    for (const trace of [path, `${path}.link`]) await rm(trace, { recursive: true, force: true });
    throw thrown;
  }
  const keep = new Set(["current", version, before]);
  for (const name of await readdir(directory))
    if (!keep.has(name)) await rm(join(directory, name), { recursive: true, force: true });
}

async function currentVersion(directory: string): Promise<string | undefined> {
  try {
    return await readlink(join(directory, "current"));
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "EINVAL")) return undefined;
    throw thrown;
  }
}

async function writeFor(path: string, text: string, mode: number, owner: number): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    await file.chown(owner, owner);
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function seal(path: string, owner: number): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.chown(owner, owner);
    await directory.chmod(0o555);
    await directory.sync();
  } finally {
    await directory.close();
  }
}
