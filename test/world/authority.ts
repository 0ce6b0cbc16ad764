import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execOrFail } from "../../src/lib/exec.ts";

/** A certificate with its key, as PEM texts. */
export type IssuedCertificate = { readonly certificate: string; readonly key: string };

/** Somebody who certifies names in tests, made with OpenSSL: nothing of ours is taken for it. */
export type TestAuthority = {
  /** Path of its own certificate, a PEM file. */
  readonly path: string;
  /** For servers, as public authorities give it today: it says nothing about being a client. */
  issue(names: readonly string[]): Promise<IssuedCertificate>;
};

const newKey = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split(" ");

/** Makes an authority that keeps its files in this directory. */
export async function makeAuthority(directory: string, name = "Test authority"): Promise<TestAuthority> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, "authority.pem");
  const authorityKey = join(directory, "authority.key");
  await execOrFail([
    "openssl",
    ...["req", "-x509", ...newKey, "-days", "2", "-subj", `/CN=${name}`],
    ...["-keyout", authorityKey, "-out", path],
  ]);
  let issued = 0;
  return {
    path,
    issue: async (names) => {
      issued += 1;
      const file = (ending: string): string => join(directory, `${issued}.${ending}`);
      const [request, key, certificate, extensions] = [file("csr"), file("key"), file("pem"), file("cnf")];
      const alternatives = names.map((one) => `DNS:${one}`).join(",");
      const text = `basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=${alternatives}\n`;
      await writeFile(extensions, text);
      await execOrFail([
        "openssl",
        ...["req", ...newKey, "-subj", `/CN=${names[0]}`],
        ...["-keyout", key, "-out", request],
      ]);
      await execOrFail([
        "openssl",
        ...["x509", "-req", "-days", "2", "-in", request, "-CA", path, "-CAkey", authorityKey],
        ...["-CAcreateserial", "-extfile", extensions, "-out", certificate],
      ]);
      return { certificate: await readFile(certificate, "utf8"), key: await readFile(key, "utf8") };
    },
  };
}
