import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../lib/clock.ts";
import { exec, execOrFail } from "../../lib/exec.ts";
import type { Certificate } from "../../resource/kinds/certificate.ts";
import { siteLayout } from "../layout.ts";
import { givePartCertificate } from "../part-certificate.ts";
import { authorityCertificate } from "./authority.ts";
import { certificatePath } from "./certificate-file.ts";
import { authorityProvider } from "./provider.ts";

const context = { report: () => {}, signal: new AbortController().signal };
const blog: Certificate = {
  kind: "certificate",
  id: "certificate/front/blog.home.localhost",
  service: "front",
  needs: [],
  names: ["blog.home.localhost"],
  issuer: "local",
  domains: ["example.org", "home.localhost"],
  owner: 99,
};
const wildcard: Certificate = {
  ...blog,
  id: "certificate/front/wildcard.home.localhost",
  names: ["*.home.localhost", "home.localhost"],
};

let directory: string;
let authorityFile: string;
let path: (of: Certificate) => string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-authority-"));
  const roots = { root: directory, run: directory };
  const layout = siteLayout(roots, "home");
  const provider = authorityProvider({ roots, clock: systemClock });
  for (const resource of [blog, wildcard]) {
    await provider.apply("home", { action: "create", resource, because: { changes: [] } }, context);
  }
  authorityFile = join(layout.authority, "authority.pem");
  path = ({ id }) => certificatePath(layout, id);
  await writeFile(join(directory, "trusted.pem"), (await authorityCertificate(layout)) ?? "");
});

afterAll(() => rm(directory, { recursive: true, force: true }));

describe("openssl, which we did not write,", () => {
  test("takes the certificates for their names and for no others", async () => {
    expect(await verify(path(blog), "-verify_hostname", "blog.home.localhost")).toContain(": OK");
    expect(await verify(path(wildcard), "-verify_hostname", "any.home.localhost")).toContain(": OK");
    expect(await verify(path(wildcard), "-verify_hostname", "home.localhost")).toContain(": OK");
    expect(await verify(path(blog), "-verify_hostname", "wiki.home.localhost")).toContain("hostname mismatch");
  });

  test("takes them for web servers under the strict rules, and for nothing else", async () => {
    expect(await verify(path(blog), "-purpose", "sslserver", "-x509_strict")).toContain(": OK");
    expect(await verify(path(blog), "-purpose", "sslclient")).toContain("unsuitable certificate purpose");
    expect(await verify(path(blog), "-purpose", "smimesign")).toContain("unsuitable certificate purpose");
  });

  test.each([
    ["somebody's bank", "DNS:bank.example.com", "permitted subtree violation"],
    ["a name that only ends like ours", "DNS:evilexample.org", "permitted subtree violation"],
    ["an address of the home network", "IP:192.168.1.1", "excluded subtree violation"],
    ["an IPv6 address", "IP:2001:db8::1", "excluded subtree violation"],
  ])("refuses what a thief of the key signs for %s", async (_whom, name, refusal) => {
    expect(await verify(await signedByThief(name))).toContain(refusal);
  });

  test("takes what the key signs for the domains, so that the refusals above are the constraints'", async () => {
    expect(await verify(await signedByThief("DNS:deep.under.example.org"))).toContain(": OK");
  });

  test("finds the key to be P-256, and to be the certificate's", async () => {
    const ofCertificate = await execOrFail(["openssl", "x509", "-in", path(blog), "-noout", "-pubkey"]);
    const ofKey = await execOrFail(["openssl", "pkey", "-in", path(blog), "-pubout"]);
    expect(ofKey).toBe(ofCertificate);
    expect(await execOrFail(["openssl", "pkey", "-in", path(blog), "-noout", "-text"])).toContain("NIST CURVE: P-256");
  });
});

test("a part's certificate that was given to somebody is theirs from then on, root included", async () => {
  const roots = { root: await mkdtemp(join(directory, "given-")), run: directory };
  const part = { ...blog, id: "certificate/blog/web", service: "blog", owner: 1234 };
  let now = Date.now();
  const provider = authorityProvider({ roots, clock: { now: () => now, elapsed: () => now, sleep: async () => {} } });
  const create = () => provider.apply("home", { action: "create", resource: part, because: { changes: [] } }, context);
  const amiss = async () => (await provider.observe("home")).resources[0]?.amiss;
  await create();
  const home = join(siteLayout(roots, "home").partCertificates, "blog_web");
  for (const uid of [4321, 0]) {
    await givePartCertificate(home, uid);
    expect(await amiss()).toBeUndefined();
    now += 300 * 86_400_000;
    expect(await amiss()).toBe("renewal due");
    await create();
    expect(await amiss()).toBeUndefined();
    expect((await stat(join(home, "current/key.pem"))).uid).toBe(uid);
  }
});

describe("a full disk", () => {
  test.each([
    [blog, "certificates", "blog.home.localhost.pem"],
    [{ ...blog, id: "certificate/blog/web", service: "blog" }, "part-certificates/blog_web", "current/key.pem"],
  ])("leaves the old certificate whole and nothing beside it: $id", async (resource, kept, file) => {
    const small = await mkdtemp(join(tmpdir(), "freehold-full-"));
    const script = `
      const { authorityProvider } = await import(${JSON.stringify(new URL("./provider.ts", import.meta.url).href)});
      const { readFileSync, readdirSync, writeFileSync } = await import("node:fs");
      const { execFileSync } = await import("node:child_process");
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", ${JSON.stringify(small)}]);
      const roots = { root: ${JSON.stringify(small)}, run: ${JSON.stringify(small)} };
      let now = Date.UTC(2026, 10, 21);
      const provider = authorityProvider({ roots, clock: { now: () => now, elapsed: () => now, sleep: async () => {} } });
      const apply = () => provider.apply("home",
        { action: "create", resource: ${JSON.stringify(resource)}, because: { changes: [] } },
        { report: () => {}, signal: new AbortController().signal });
      await apply();
      const directory = roots.root + "/sites/home/${kept}";
      const read = () => readFileSync(directory + "/${file}", "utf8");
      const before = read();
      const files = readdirSync(directory).join();
      try { for (let size = 65536; ; ) try { writeFileSync(roots.root + "/fill", "x".repeat(size), { flag: "a" }); } catch (e) { if (size === 1) break; size = Math.floor(size / 2); } } catch {}
      now += 300 * 86400000;
      const failed = await apply().then(() => "done", (thrown) => thrown.problem.code);
      process.stdout.write(JSON.stringify({ failed, same: read() === before, clean: readdirSync(directory).join() === files }));`;
    const printed = await execOrFail(["unshare", "--mount", process.execPath, "--input-type=module", "-e", script], {
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
    });
    await rm(small, { recursive: true });
    expect(JSON.parse(printed)).toEqual({ failed: "DISK_FULL", same: true, clean: true });
  });
});

/** What openssl says about a certificate, trusting our authority alone. */
async function verify(file: string, ...options: readonly string[]): Promise<string> {
  const trusted = join(directory, "trusted.pem");
  const { stdout, stderr } = await exec([
    "openssl",
    "verify",
    "-no-CApath",
    "-no-CAstore",
    "-CAfile",
    trusted,
    ...options,
    file,
  ]);
  return stdout + stderr;
}

/** A certificate that somebody who has the authority's key makes with it, without our program. */
async function signedByThief(name: string): Promise<string> {
  const file = join(directory, `thief-${name.replaceAll(/[^a-z0-9]/gi, "-")}`);
  await writeFile(`${file}.ext`, `subjectAltName=${name}\n`);
  await writeFile(
    `${file}.ca.key`,
    (await readFile(authorityFile, "utf8")).split("-----END CERTIFICATE-----\n")[1] ?? "",
  );
  await execOrFail([
    "openssl",
    "req",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    `${file}.key`,
    "-subj",
    "/O=x",
    "-out",
    `${file}.csr`,
  ]);
  await execOrFail([
    "openssl",
    "x509",
    "-req",
    "-in",
    `${file}.csr`,
    "-CA",
    join(directory, "trusted.pem"),
    "-CAkey",
    `${file}.ca.key`,
    "-CAcreateserial",
    "-CAserial",
    `${file}.srl`,
    "-days",
    "30",
    "-extfile",
    `${file}.ext`,
    "-out",
    `${file}.pem`,
  ]);
  return `${file}.pem`;
}
