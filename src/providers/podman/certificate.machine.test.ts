import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PodmanWorld, podmanWorld } from "../../../test/podman/world.ts";
import type { Certificate } from "../../resource/kinds/certificate.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { authorityProvider } from "../authority/provider.ts";
import { compose } from "../compose.ts";
import { type Sample, sample } from "../contract/sample.ts";
import { clear, create, seen } from "../contract/world.ts";
import { siteLayout } from "../layout.ts";
import type { Runtime } from "../provider.ts";

const day = 86_400_000;

let world: PodmanWorld;
let runtime: Runtime;
let thing: Sample;
let certificate: Certificate;
let container: Container;
let now = Date.now();

beforeAll(async () => {
  world = await podmanWorld();
  const clock = { now: () => now, elapsed: () => now, sleep: async () => {} };
  runtime = compose(world.runtime, authorityProvider({ roots: world.roots, clock }));
  thing = sample(world, 0, "alpha");
  certificate = {
    kind: "certificate",
    id: "certificate/alpha/alpha",
    service: "alpha",
    needs: [],
    names: ["mail.example.org"],
    issuer: "local",
    domains: ["example.org"],
    owner: thing.container.users ?? 0,
  };
  container = {
    ...thing.container,
    user: "1000",
    needs: [...thing.container.needs, certificate.id].sort(),
    mounts: [...thing.container.mounts, { source: certificate.id, target: "/run/tls", live: true }],
  };
  const file = { ...thing.file, owner: certificate.owner };
  for (const resource of [world.image, thing.network, thing.volume, file, certificate, container])
    await create(runtime, world.site, resource);
});
afterAll(async () => {
  await clear(runtime, world.site);
  await world.end();
});

/** What a shell line prints inside, by way of the state. */
async function inside(line: string): Promise<string> {
  await runtime.exec(world.site, container.id, ["/bin/sh", "-c", `{ ${line}; } > /data/out 2>&1`]);
  return readFile(join(siteLayout(world.roots, world.site).state, "alpha/alpha/data/out"), "utf8");
}

test("the part's user reads certificate and key, which belong together, and can write neither", async () => {
  const seenInside = await inside("/usr/bin/id -u; /bin/ls -ln /run/tls/current/; /bin/cat /run/tls/current/*.pem");
  expect(seenInside).toMatch(/^1000\n/);
  expect(seenInside).toMatch(/-r--r--r-- 1 1000 1000 +\d+ .* certificate\.pem/);
  expect(seenInside).toMatch(/-r-------- 1 1000 1000 +\d+ .* key\.pem/);
  expect(seenInside).toContain("-----BEGIN PRIVATE KEY-----");
  const [pem = ""] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(seenInside) ?? [];
  expect(new X509Certificate(pem).subjectAltName).toBe("DNS:mail.example.org");
  expect(await inside("echo x > /run/tls/current/key.pem; /bin/rm /run/tls/current")).toMatch(/denied|read-only/i);
});

test("a renewal switches current under the process, which runs on", async () => {
  const versions = async () => (await inside("/bin/ls -l /run/tls/current")).replace(/^.* -> /s, "");
  const before = await versions();
  const running = await seen(runtime, world.site, container.id);
  now += 300 * day;
  const due = await seen(runtime, world.site, certificate.id);
  expect(due?.amiss).toBe("renewal due");
  await create(runtime, world.site, certificate);
  expect(await versions()).not.toBe(before);
  expect(await inside("/bin/cat /run/tls/current/key.pem")).toContain("-----END PRIVATE KEY-----");
  const after = await seen(runtime, world.site, container.id);
  expect(after?.run).toEqual(running?.run);
  expect(after?.amiss).toBeUndefined();
});

test("without its certificate a container is not made", async () => {
  const lost = { ...container, mounts: [{ source: "certificate/alpha/other", target: "/run/tls", live: true }] };
  await expect(
    create(runtime, world.site, { ...lost, id: "container/alpha/other", part: "other" }),
  ).rejects.toMatchObject({ problem: { code: "CERTIFICATE_MISSING" } });
});
