import { chmod, mkdtemp, readdir, readFile, rm, stat, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sealedFor } from "../../../test/secrets/sealed.ts";
import { unmountBelow } from "../../../test/world/mounts.ts";
import { systemClock } from "../../lib/clock.ts";
import type { Container, SecretsGiven } from "../../resource/kinds/container.ts";
import type { Secret } from "../../resource/kinds/secret.ts";
import { identities } from "../../secrets/identities.ts";
import { machineIdentity, machineKeyFile } from "../../secrets/machine-identity.ts";
import { openValues } from "../../secrets/open.ts";
import { createFirewall } from "./firewall.ts";
import { giveSecrets } from "./given-secrets.ts";
import { podmanPlaces } from "./places.ts";
import { applySecret, observeSecrets, removeSecret, secretPath, secretsDirectory } from "./secret.ts";
import { type Session, session } from "./session.ts";

const { signal } = new AbortController();
const id = "secret/vault/vault";
let directory = "";
let home: Session;
let secret: Secret;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-secret-"));
  const roots = { root: join(directory, "root"), run: join(directory, "run") };
  const unused = () => Promise.reject(new Error("secrets need no Podman"));
  home = session(
    {
      roots,
      clock: systemClock,
      client: { ask: unused, get: unused, stream: unused },
      call: async () => ({ argv: ["false"], env: {}, places: podmanPlaces(roots), hasUserNamespaces: true }),
      open: async (sealed) => openValues(sealed, await identities({}, roots.root)),
      firewall: (site, { run }) => createFirewall({ site, run }),
    },
    "home",
  );
  const { recipient } = await machineIdentity(roots.root);
  const sealed = await sealedFor(recipient, { token: "hunter2", key: "two\nlines\n" });
  secret = { kind: "secret", id, service: "vault", needs: [], part: "vault", ...sealed, owner: 300_000_000 };
});
afterEach(async () => {
  await unmountBelow(directory);
  await rm(directory, { recursive: true, force: true });
});

const valueAt = (name: string): Promise<string> => readFile(secretPath(home.layout, id, name), "utf8");
const amiss = async (): Promise<string | undefined> => (await observeSecrets(home.layout))[0]?.amiss;

/** The same secret with another value, sealed for the machine. */
async function withToken(token: string): Promise<Secret> {
  const { recipient } = await machineIdentity(home.roots.root);
  return { ...secret, ...(await sealedFor(recipient, { token, key: "two\nlines\n" })) };
}

describe("secrets of a part", () => {
  test("are in memory, each for its owner alone, in directories that nobody may list", async () => {
    await applySecret(home, secret, signal);
    expect((await statfs(secretsDirectory(home.layout))).type).toBe(0x01021994); // tmpfs, see statfs(2)
    for (const name of ["token", "key"]) {
      const { mode, uid, gid } = await stat(secretPath(home.layout, id, name));
      expect([mode & 0o7777, uid, gid]).toEqual([0o400, 300_000_000, 300_000_000]);
    }
    expect([await valueAt("token"), await valueAt("key")]).toEqual(["hunter2", "two\nlines\n"]);
    for (const path of [secretsDirectory(home.layout), join(secretPath(home.layout, id, "token"), "..")])
      expect((await stat(path)).mode & 0o777).toBe(0o711);
    const [sidecar = ""] = (await readdir(secretsDirectory(home.layout))).filter((name) => name.endsWith(".json"));
    const path = join(secretsDirectory(home.layout), sidecar);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, "utf8")).not.toContain("hunter2");
  });

  test("that somebody touched are seen, and put right", async () => {
    await applySecret(home, secret, signal);
    expect(await amiss()).toBeUndefined();
    await writeFile(secretPath(home.layout, id, "token"), "hunter3");
    expect(await amiss()).toBe("edited");
    await applySecret(home, secret, signal);
    expect([await valueAt("token"), await amiss()]).toEqual(["hunter2", undefined]);
    await chmod(secretPath(home.layout, id, "token"), 0o444);
    expect(await amiss()).toBe("edited");
    await rm(secretPath(home.layout, id, "token"));
    expect(await amiss()).toBe("missing");
    await applySecret(home, secret, signal);
    expect(await amiss()).toBeUndefined();
  });

  test("are opened only when their values or their owner change", async () => {
    await applySecret(home, secret, signal);
    await rm(machineKeyFile(home.roots.root));
    const wider = { ...secret, keys: [...secret.keys, { recipient: "age1somebody", sealed: "" }] };
    await applySecret(home, wider, signal);
    expect((await observeSecrets(home.layout)).map(({ resource }) => resource)).toEqual([wider]);
    await expect(applySecret(home, { ...secret, owner: 300_000_001 }, signal)).rejects.toMatchObject({
      problem: { code: "SECRETS_LOCKED" },
    });
    expect(await valueAt("token")).toBe("hunter2");
  });

  test("that are no longer asked for go, and those that were changed are other files: who shows the old one keeps it", async () => {
    await applySecret(home, secret, signal);
    const before = await stat(secretPath(home.layout, id, "token"));
    const { entries, ...rest } = await withToken("hunter3");
    await applySecret(home, { ...rest, entries: { token: entries.token ?? "" } }, signal);
    expect(await valueAt("token")).toBe("hunter3");
    expect((await stat(secretPath(home.layout, id, "token"))).ino).not.toBe(before.ino);
    expect(await readdir(join(secretPath(home.layout, id, "token"), ".."))).toEqual(["token"]);
  });

  test("that are put behind another name open to nothing", async () => {
    const { token = "", key = "" } = secret.entries;
    await expect(applySecret(home, { ...secret, entries: { token: key, key: token } }, signal)).rejects.toMatchObject({
      problem: { code: "SECRET_DAMAGED" },
    });
    expect(await observeSecrets(home.layout)).toEqual([]);
  });

  test("take the memory with them when the last ones go", async () => {
    const other = { ...secret, id: "secret/wiki/wiki", service: "wiki", part: "wiki" };
    await Promise.all([applySecret(home, secret, signal), applySecret(home, other, signal)]);
    await removeSecret(home, secret, signal);
    expect((await observeSecrets(home.layout)).map(({ resource }) => resource.id)).toEqual(["secret/wiki/wiki"]);
    await removeSecret(home, other, signal);
    await removeSecret(home, other, signal);
    expect(await readFile("/proc/self/mounts", "utf8")).not.toContain(directory);
    expect(await readdir(home.layout.run)).not.toContain("secrets");
  });
});

describe("a container's secrets", () => {
  const container = (secrets: Omit<SecretsGiven, "source" | "digest">): Container => ({
    kind: "container",
    id: "container/vault/vault",
    service: "vault",
    needs: [id],
    part: "vault",
    replica: 1,
    image: "vault:1",
    user: "1000:50",
    env: {},
    network: { mode: "machine" },
    hosts: {},
    users: 300_000_000,
    mounts: [],
    scratch: [],
    capabilities: [],
    limits: { memory: 1, cpu: 1, processes: 1 },
    secrets: { source: id, digest: "", ...secrets },
    check: { ask: { by: "running" }, every: 1, timeout: 1, within: 1 },
  });
  const files = { "/run/key": "key" };

  test("as files belong to the user that its process is", async () => {
    await applySecret(home, secret, signal);
    await giveSecrets(home, container({ variables: {}, files }), "home.vault");
    const { uid, gid } = await stat(secretPath(home.layout, id, "key"));
    expect([uid, gid]).toEqual([300_001_000, 300_000_050]);
    expect(await amiss()).toBeUndefined();
  });

  test("that are not open are a problem, not an empty file", async () => {
    for (const given of [
      { variables: {}, files },
      { variables: { TOKEN: "token" }, files: {} },
    ])
      await expect(giveSecrets(home, container(given), "home.vault")).rejects.toMatchObject({
        problem: { code: "SECRET_CLOSED", kind: "transient" },
      });
  });

  test.each([
    ["a NUL character", "hunter\0two", "SECRET_UNFIT"],
    ["as much text as no variable holds", "x".repeat(131_072 - "TOKEN=".length), "SECRET_UNFIT"],
    ["the most that one holds", "x".repeat(131_071 - "TOKEN=".length), undefined],
  ])("with %s as a variable", async (_what, text, code) => {
    await applySecret(home, await withToken(text), signal);
    const given = giveSecrets(home, container({ variables: { TOKEN: "token" }, files: {} }), "home.vault");
    if (code === undefined) await given;
    else
      await expect(given).rejects.toMatchObject({ problem: { code, message: expect.not.stringContaining("hunter") } });
    await giveSecrets(home, container({ variables: {}, files: { "/run/token": "token" } }), "home.vault");
  });
});
