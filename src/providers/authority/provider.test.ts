import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../lib/clock.ts";
import type { Certificate } from "../../resource/kinds/certificate.ts";
import { providerContract } from "../contract.ts";
import { type SiteLayout, siteLayout } from "../layout.ts";
import type { Provider } from "../provider.ts";
import { authorityCertificate, authorityFingerprint } from "./authority.ts";
import { certificatePath } from "./certificate-file.ts";
import { authorityProvider } from "./provider.ts";

const site = "home";
const day = 86_400_000;
const start = Date.UTC(2026, 10, 21);
const context = { report: () => {}, signal: new AbortController().signal };

/** The certificate of a part of a service, for the user who runs this. */
const imap: Certificate = {
  ...certificate("mail.example.org"),
  id: "certificate/mail/imap",
  service: "mail",
};

let directory: string;
let layout: SiteLayout;
let now: number;
let provider: Provider;

const clock: Clock = { now: () => now, elapsed: () => now, sleep: async () => {} };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-authority-"));
  const roots = { root: directory, run: join(directory, "run") };
  layout = siteLayout(roots, site);
  provider = authorityProvider({ roots, clock });
  now = start;
});

afterEach(() => rm(directory, { recursive: true, force: true }));

providerContract("the authority", async () => {
  const root = await mkdtemp(join(tmpdir(), "freehold-authority-"));
  const blog = certificate("blog.example.org");
  const wildcard = certificate("wildcard.example.org", ["*.example.org", "example.org"]);
  return {
    provider: authorityProvider({
      roots: { root, run: root },
      clock: { now: () => start, elapsed: () => start, sleep: async () => {} },
    }),
    site,
    otherSite: "away",
    cases: [
      { resource: blog, changed: { ...blog, names: ["blog.example.org", "www.example.org"] }, action: "update" },
      { resource: imap, changed: { ...imap, names: ["example.org", "mail.example.org"] }, action: "update" },
      { resource: wildcard, changed: { ...wildcard, domains: ["example.net", "example.org"] }, action: "update" },
    ],
    end: () => rm(root, { recursive: true, force: true }),
  };
});

describe("a certificate", () => {
  test("and its key are in one file that its owner alone may read", async () => {
    await create(certificate("blog.example.org"));
    const { mode, uid } = await stat(pathOf("blog.example.org"));
    expect([mode & 0o777, uid]).toEqual([0o400, process.getuid?.()]);
    expect(await readFile(pathOf("blog.example.org"), "utf8")).toMatch(
      /^-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n$/,
    );
  });

  test("is valid from an hour ago, for clocks that are behind, and for no longer than browsers take", async () => {
    await create(certificate("blog.example.org"));
    const { validFromDate, validToDate } = await leaf("blog.example.org");
    expect(validFromDate.getTime()).toBe(start - 3_600_000);
    expect(validToDate.getTime() - validFromDate.getTime()).toBe(397 * day);
  });

  test("is due for renewal when less than a third of its time is left, and fresh once renewed", async () => {
    await create(certificate("blog.example.org"));
    now = start + 264 * day;
    expect(await amiss()).toBeUndefined();
    now = start + 265 * day;
    expect(await amiss()).toBe("renewal due");
    const before = await leaf("blog.example.org");
    await create(certificate("blog.example.org"));
    expect(await amiss()).toBeUndefined();
    expect((await leaf("blog.example.org")).fingerprint256).not.toBe(before.fingerprint256);
  });

  test("that is applied again while it is fine stays the same, so that nothing reloads", async () => {
    await create(certificate("blog.example.org"));
    const before = await readFile(pathOf("blog.example.org"), "utf8");
    await create(certificate("blog.example.org"));
    expect(await readFile(pathOf("blog.example.org"), "utf8")).toBe(before);
  });

  test("never shares its serial number or key with another", async () => {
    const hosts = ["a", "b", "c", "d"].map((name) => `${name}.example.org`);
    await Promise.all(hosts.map((host) => create(certificate(host))));
    const leaves = await Promise.all(hosts.map(leaf));
    expect(new Set(leaves.map(({ serialNumber }) => serialNumber)).size).toBe(4);
    expect(leaves.every(({ serialNumber }) => /^[4-7][0-9A-F]{31}$/.test(serialNumber))).toBe(true);
    expect(new Set(leaves.map(({ publicKey }) => publicKey.export({ format: "jwk" }).x)).size).toBe(4);
  });

  test.each([
    ["cut short", "-----BEGIN CERTIFICATE-----\nMIIB", "damaged"],
    ["empty", "", "damaged"],
    ["not text", "\0\u0001\u0002", "damaged"],
  ])("whose file is %s is damaged, and made again", async (_what, text, word) => {
    await create(certificate("blog.example.org"));
    await chmod(pathOf("blog.example.org"), 0o600);
    await writeFile(pathOf("blog.example.org"), text);
    await chmod(pathOf("blog.example.org"), 0o400);
    expect(await amiss()).toBe(word);
    await create(certificate("blog.example.org"));
    expect(await amiss()).toBeUndefined();
  });

  test("with somebody else's key is damaged", async () => {
    await create(certificate("blog.example.org"));
    await create(certificate("wiki.example.org"));
    const [blog = "", wiki = ""] = await Promise.all(
      ["blog", "wiki"].map((name) => readFile(pathOf(`${name}.example.org`), "utf8")),
    );
    await replaceFile(
      "blog.example.org",
      blog.split("-----BEGIN PRIVATE")[0] + wiki.slice(wiki.indexOf("-----BEGIN PRIVATE")),
    );
    expect(await amiss()).toBe("damaged");
  });

  test("that others may read, that has other names, that is gone: each is amiss and put right", async () => {
    const blog = certificate("blog.example.org");
    await create(blog);
    await chmod(pathOf("blog.example.org"), 0o644);
    expect(await amiss()).toBe("edited");
    await create(blog);
    await create({ ...certificate("wiki.example.org"), names: ["wiki.example.org"] });
    await replaceFile("blog.example.org", await readFile(pathOf("wiki.example.org"), "utf8"));
    expect(await amiss()).toBe("edited");
    await rm(pathOf("blog.example.org"));
    expect(await amiss()).toBe("missing");
    await create(blog);
    expect(await amiss()).toBeUndefined();
  });

  test("with a name outside ASCII has it as browsers ask for it", async () => {
    await create({ ...certificate("müller.example.org"), names: ["müller.example.org"] });
    expect((await leaf("müller.example.org")).subjectAltName).toBe("DNS:xn--mller-kva.example.org");
    expect(await amiss()).toBeUndefined();
  });

  test.each(["certificate/front/..", "certificate/front/", "certificate/front/a\0b"])(
    "named %j is refused",
    async (id) => {
      await expect(create({ ...certificate("blog.example.org"), id })).rejects.toMatchObject({
        problem: { code: "BUG" },
      });
    },
  );
});

describe("a part's certificate", () => {
  const inside = (name: string) => join(layout.partCertificates, "mail_imap", "current", name);
  const versions = async () =>
    (await readdir(join(layout.partCertificates, "mail_imap"))).filter((name) => name !== "current");

  test("is a directory that others may pass but not list, with the certificate for all and the key for its owner", async () => {
    await create(imap);
    const modes = [layout.partCertificates, inside(""), inside("certificate.pem"), inside("key.pem")].map(
      async (path) => (await stat(path)).mode & 0o777,
    );
    expect(await Promise.all(modes)).toEqual([0o711, 0o555, 0o444, 0o400]);
    const certificate = new X509Certificate(await readFile(inside("certificate.pem")));
    expect(certificate.checkPrivateKey(createPrivateKey(await readFile(inside("key.pem"))))).toBe(true);
    expect(certificate.subjectAltName).toBe("DNS:mail.example.org");
  });

  test("is not among those that the front door reads", async () => {
    await create(certificate("blog.example.org"));
    await create(imap);
    expect(await readdir(layout.certificates)).toEqual(["blog.example.org.pem"]);
  });

  test("is renewed beside the old one, which stays for one renewal more", async () => {
    await create(imap);
    const [first = ""] = await versions();
    now = start + 265 * day;
    expect(await amiss()).toBe("renewal due");
    await create(imap);
    expect(await amiss()).toBeUndefined();
    expect(await versions()).toHaveLength(2);
    expect(await readlink(join(layout.partCertificates, "mail_imap", "current"))).not.toBe(first);
    now += 265 * day;
    await create(imap);
    expect(await versions()).toHaveLength(2);
    expect(await versions()).not.toContain(first);
  });

  test("that is applied again while it is fine stays the same", async () => {
    await create(imap);
    const before = await versions();
    await create(imap);
    expect(await versions()).toEqual(before);
  });

  test.each<[string, string, () => Promise<unknown>]>([
    ["key others may read", "edited", () => chmod(inside("key.pem"), 0o444)],
    ["key is gone", "missing", () => rm(inside("key.pem"))],
    ["current leads nowhere", "missing", () => rm(inside(""), { recursive: true })],
    ["certificate is half", "damaged", () => writeFile(inside("certificate.pem"), "-----BEGIN")],
  ])("whose %s is amiss, and put right", async (_what, word, spoil) => {
    await create(imap);
    await spoil();
    expect(await amiss()).toBe(word);
    await create(imap);
    expect(await amiss()).toBeUndefined();
  });

  test("whose writing was cut off leaves a version that nothing leads to, and the next one clears it away", async () => {
    await create(imap);
    await mkdir(join(layout.partCertificates, "mail_imap", "0123456789abcdef"));
    await symlink("0123456789abcdef", join(layout.partCertificates, "mail_imap", "0123456789abcdef.link"));
    expect(await amiss()).toBeUndefined();
    now = start + 265 * day;
    await create(imap);
    expect(await versions()).toHaveLength(2);
  });

  test("goes with all that there was of it", async () => {
    await create(imap);
    await provider.remove(site, imap, context);
    expect(await readdir(layout.partCertificates)).toEqual([]);
    expect((await provider.observe(site)).resources).toEqual([]);
  });

  test.each(["certificate/mail", "certificate/mail/..", "certificate/mail/a/b", "certificate/a_b/c"])(
    "named %j is refused",
    async (id) => {
      await expect(create({ ...imap, id })).rejects.toMatchObject({ problem: { code: "BUG" } });
    },
  );
});

describe("the authority", () => {
  test("is made with the first certificate and stays the same for all others", async () => {
    expect(await authorityCertificate(layout)).toBeUndefined();
    await Promise.all(["a", "b", "c"].map((name) => create(certificate(`${name}.example.org`))));
    const pem = await authorityCertificate(layout);
    const authority = new X509Certificate(pem ?? "");
    for (const name of ["a", "b", "c"]) {
      expect((await leaf(`${name}.example.org`)).verify(authority.publicKey)).toBe(true);
    }
    expect(authorityFingerprint(pem ?? "")).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(pem).not.toContain("PRIVATE");
  });

  test("keeps its key where root alone may look", async () => {
    await create(certificate("blog.example.org"));
    expect((await stat(join(layout.authority, "authority.pem"))).mode & 0o777).toBe(0o600);
    expect((await stat(layout.authority)).mode & 0o777).toBe(0o700);
  });

  test("stays when the site loses a domain, and is made anew when it gains one", async () => {
    const both = { ...certificate("blog.example.org"), domains: ["example.net", "example.org"] };
    await create(both);
    const first = await authorityCertificate(layout);
    await create(certificate("blog.example.org"));
    expect(await authorityCertificate(layout)).toBe(first);
    await create({ ...both, domains: ["example.com", "example.org"] });
    expect(await authorityCertificate(layout)).not.toBe(first);
    expect(await amiss()).toBeUndefined();
  });

  test("that was replaced makes its certificates amiss, and they are issued again", async () => {
    await create(certificate("blog.example.org"));
    await rm(join(layout.authority, "authority.pem"));
    expect(await amiss()).toBe("from another authority");
    await create(certificate("blog.example.org"));
    expect(await amiss()).toBeUndefined();
  });

  test("that is damaged is never replaced by itself, since everybody's trust would go with it", async () => {
    await create(certificate("blog.example.org"));
    await writeFile(join(layout.authority, "authority.pem"), "half");
    expect(await amiss()).toBe("from another authority");
    await expect(create(certificate("blog.example.org"))).rejects.toMatchObject({
      problem: { code: "AUTHORITY_DAMAGED" },
    });
    await expect(authorityCertificate(layout)).rejects.toMatchObject({ problem: { code: "AUTHORITY_DAMAGED" } });
  });

  test("survives the removal of every certificate", async () => {
    const blog = certificate("blog.example.org");
    await create(blog);
    const before = await authorityCertificate(layout);
    await provider.remove(site, blog, context);
    expect(await readdir(layout.certificates)).toEqual([]);
    expect(await authorityCertificate(layout)).toBe(before);
  });
});

describe("a wrong clock", () => {
  test("before this program was written issues nothing", async () => {
    now = Date.UTC(1970, 0, 1);
    await expect(create(certificate("blog.example.org"))).rejects.toMatchObject({
      problem: { code: "CLOCK_WRONG", hint: "timedatectl set-ntp true" },
    });
  });

  test("that fell behind the authority's birth does not cost the trust in it", async () => {
    await create(certificate("blog.example.org"));
    const before = await authorityCertificate(layout);
    now = start - 30 * day;
    expect(await amiss()).toBe("not valid yet");
    await expect(create(certificate("blog.example.org"))).rejects.toMatchObject({ problem: { code: "CLOCK_WRONG" } });
    expect(await authorityCertificate(layout)).toBe(before);
  });

  test("that runs years ahead renews a certificate, and the next right one renews it back", async () => {
    await create(certificate("blog.example.org"));
    now = start + 8 * 365 * day;
    await create(certificate("blog.example.org"));
    now = start + day;
    expect(await amiss()).toBe("not valid yet");
    await create(certificate("blog.example.org"));
    expect(await amiss()).toBeUndefined();
  });

  test("beyond the authority's end says so, and no certificate outlives its authority", async () => {
    await create(certificate("blog.example.org"));
    now = start + 3649.5 * day;
    await expect(create(certificate("blog.example.org"))).rejects.toMatchObject({
      problem: { code: "AUTHORITY_EXPIRED" },
    });
    now = start + 3600 * day;
    await create(certificate("blog.example.org"));
    expect((await leaf("blog.example.org")).validToDate.getTime()).toBe(start + 3650 * day);
  });
});

function certificate(host: string, names: readonly string[] = [host]): Certificate {
  return {
    kind: "certificate",
    id: `certificate/front/${host}`,
    service: "front",
    needs: [],
    names,
    issuer: "local",
    domains: ["example.org"],
    owner: process.getuid?.() ?? 0,
  };
}

async function create(resource: Certificate): Promise<void> {
  await provider.apply(site, { action: "create", resource, because: { changes: [] } }, context);
}

/** What is amiss with the certificate of the blog. */
async function amiss(): Promise<string | undefined> {
  const { resources } = await provider.observe(site);
  expect(resources[0]?.resource.kind).toBe("certificate");
  return resources[0]?.amiss;
}

function pathOf(host: string): string {
  return certificatePath(layout, `certificate/front/${host}`);
}

async function leaf(host: string): Promise<X509Certificate> {
  return new X509Certificate(await readFile(pathOf(host)));
}

async function replaceFile(host: string, text: string): Promise<void> {
  await rm(pathOf(host));
  await writeFile(pathOf(host), text, { mode: 0o400 });
}
