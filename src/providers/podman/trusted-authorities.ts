import { access } from "node:fs/promises";
import { isErrno } from "../../lib/fs.ts";

/** Where Debian's ca-certificates keeps everything that the machine believes, its owner's own additions with it. */
const debians = "/etc/ssl/certs/ca-certificates.crt";

/**
 * The path of the certificates of the authorities that this machine believes: what `SSL_CERT_FILE` names (openssl-env(7)), or
 * Debian's list; `undefined` when there is none. Builds are shown it, since a machine whose way out looks into TLS has it here only.
 */
export async function trustedAuthorities(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const path = env.SSL_CERT_FILE ?? debians;
  try {
    await access(path);
    return path;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR", "EACCES")) return undefined;
    throw thrown;
  }
}
