import { chmod, chown, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execOrFail } from "../../src/lib/exec.ts";

/** Writes a certificate that signs itself and its key to `NAME.pem`, for the front door's user alone, as the authority would. */
export async function writeCertificate(directory: string, name: string, names: readonly string[]): Promise<void> {
  const file = join(directory, `${name}.pem`);
  const key = join(directory, "key.new");
  const certificate = join(directory, "certificate.new");
  const alternatives = names.map((one) => `DNS:${one}`).join(",");
  await execOrFail([
    "openssl",
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2".split(" "),
    ...["-subj", `/CN=${names[0]}`, "-addext", `subjectAltName=${alternatives}`, "-keyout", key, "-out", certificate],
  ]);
  await writeFile(file, (await readFile(certificate, "utf8")) + (await readFile(key, "utf8")));
  await chown(file, 99, 99);
  await chmod(file, 0o400);
}
