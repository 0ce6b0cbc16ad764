import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { fakeClock } from "../../../lib/fake-clock.ts";
import { accessFrom } from "./access-from.ts";
import { inClusterAccess, isInCluster } from "./in-cluster.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-kubeconfig-"));
  const made = directory;
  onTestFinished(() => rm(made, { recursive: true }));
});

type Parts = { readonly cluster?: object; readonly user?: object; readonly context?: object; readonly name?: string };

/** Writes a kubeconfig (JSON is YAML) and returns the environment that names it. */
async function kubeconfig(
  { cluster, user, context, name = "home" }: Parts,
  file = "config",
): Promise<NodeJS.ProcessEnv> {
  const path = join(directory, file);
  const config = {
    "current-context": name,
    contexts: [{ name, context: { cluster: "c", user: "u", ...context } }],
    clusters: [{ name: "c", cluster: { server: "https://10.0.0.1:6443/", ...cluster } }],
    users: [{ name: "u", user: { token: "t", ...user } }],
  };
  await writeFile(path, JSON.stringify(config));
  return { KUBECONFIG: path };
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("the access that a kubeconfig gives", () => {
  test("is that of the current context unless another is named", async () => {
    const env = await kubeconfig({ context: { namespace: "blog" } });
    expect(await accessFrom(env)).toMatchObject({
      context: "home",
      server: "https://10.0.0.1:6443",
      namespace: "blog",
      verify: true,
      impersonation: {},
    });
    await expect(accessFrom(env, "hame")).rejects.toMatchObject({
      problem: { code: "CONTEXT_UNKNOWN", hint: "did you mean home?", detail: ["it has: home"] },
    });
  });

  test("comes from several files as with kubectl: of two of one name the first counts", async () => {
    const first = await kubeconfig({ cluster: { server: "https://first:1" } }, "first");
    const second = await kubeconfig({ cluster: { server: "https://second:2" }, name: "away" }, "second");
    const env = { KUBECONFIG: `${join(directory, "none")}:${first.KUBECONFIG}:${second.KUBECONFIG}` };
    expect(await accessFrom(env)).toMatchObject({ context: "home", server: "https://first:1" });
    expect(await accessFrom(env, "away")).toMatchObject({ context: "away", server: "https://first:1" });
  });

  test("is found in the home directory when nothing is named, and it is said where it was looked for", async () => {
    const env = { HOME: directory };
    await expect(accessFrom(env)).rejects.toMatchObject({
      problem: { code: "CONTEXT_UNKNOWN", message: expect.stringContaining(join(directory, ".kube/config")) },
    });
    await mkdir(join(directory, ".kube"));
    await kubeconfig({}, ".kube/config");
    expect(await accessFrom(env)).toMatchObject({ context: "home" });
  });

  test("has certificates from the file itself or from files beside it, the former first", async () => {
    await writeFile(join(directory, "ca.pem"), "authority of the file");
    await writeFile(join(directory, "me.pem"), "certificate of the file");
    const env = await kubeconfig({
      cluster: { "certificate-authority": "ca.pem", "tls-server-name": "kubernetes" },
      user: { "client-certificate": "me.pem", "client-key": "none.pem", "client-key-data": base64("key inside") },
    });
    const access = await accessFrom(env);
    expect(access).toMatchObject({ authority: "authority of the file", serverName: "kubernetes" });
    expect(await access.credentials()).toEqual({
      token: "t",
      certificate: "certificate of the file",
      key: "key inside",
    });
  });

  test("does not look at the server's certificate only where it says so in so many words", async () => {
    expect((await accessFrom(await kubeconfig({ cluster: { "insecure-skip-tls-verify": "true" } }))).verify).toBe(true);
    expect((await accessFrom(await kubeconfig({ cluster: { "insecure-skip-tls-verify": true } }))).verify).toBe(false);
  });

  test("acts as whom it says", async () => {
    const env = await kubeconfig({ user: { as: "anna", "as-groups": ["a", "b"] } });
    expect((await accessFrom(env)).impersonation).toEqual({
      "impersonate-user": "anna",
      "impersonate-group": ["a", "b"],
    });
  });

  test("has a token from a file as it is a minute later, or at once when it was refused", async () => {
    const clock = fakeClock();
    const file = join(directory, "token");
    await writeFile(file, "one\n");
    const access = await accessFrom(await kubeconfig({ user: { tokenFile: "token" } }), undefined, clock);
    expect(await access.credentials()).toEqual({ token: "one" });
    await writeFile(file, "two\n");
    expect(await access.credentials()).toEqual({ token: "one" });
    clock.jump(61_000);
    expect(await access.credentials()).toEqual({ token: "two" });
    await writeFile(file, "three\n");
    access.forget();
    expect(await access.credentials()).toEqual({ token: "three" });
  });

  test.each([
    ["a proxy", { cluster: { "proxy-url": "http://p:1" } }],
    ["a server that is no address", { cluster: { server: "10.0.0.1:6443" } }],
    ["a way to log in that is given up", { user: { "auth-provider": { name: "gcp" } } }],
    ["a user that is not there", { context: { user: "nobody" } }],
  ])("is refused with %s, rather than half of it", async (_, parts) => {
    await expect(accessFrom(await kubeconfig(parts))).rejects.toMatchObject({ problem: { code: "KUBECONFIG_BROKEN" } });
  });

  test("is refused when a file that it names is away", async () => {
    const access = await accessFrom(await kubeconfig({ user: { tokenFile: "none" } }));
    await expect(access.credentials()).rejects.toMatchObject({
      problem: { code: "KUBECONFIG_BROKEN", message: expect.stringContaining(join(directory, "none")) },
    });
  });

  test("is refused when it is no YAML, without a word of what is in it", async () => {
    const path = join(directory, "config");
    await writeFile(path, 'users:\n- name: u\n  user: {token: "very-secret\n');
    const thrown = await accessFrom({ KUBECONFIG: path }).catch((problem: unknown) => problem);
    expect(thrown).toMatchObject({ problem: { code: "KUBECONFIG_BROKEN" } });
    expect(`${thrown instanceof Error ? thrown.stack : ""}${JSON.stringify(thrown)}`).not.toContain("very-secret");
  });

  test.each([
    ["levels", "[".repeat(20_000)],
    [
      "aliases",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((one, i) => `${one}: &${one} [${`*${"abcdefghi"[i]},`.repeat(9)}]`).join("\n")}`,
    ],
    ["nothing", ""],
    ["a list", "[1, 2]"],
  ])("is refused when it is made of %s", async (_, text) => {
    const path = join(directory, "config");
    await writeFile(path, text);
    await expect(accessFrom({ KUBECONFIG: path })).rejects.toMatchObject({
      problem: { code: expect.stringMatching(/KUBECONFIG_BROKEN|CONTEXT_UNKNOWN/) },
    });
  });
});

describe("the access of a pod", () => {
  test("is its service account's, whose token is read again", async () => {
    const clock = fakeClock();
    await writeFile(join(directory, "token"), "one");
    await writeFile(join(directory, "ca.crt"), "authority");
    await writeFile(join(directory, "namespace"), "home-front");
    const env = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "6443" };
    expect(isInCluster(env, directory)).toBe(true);
    const access = await inClusterAccess(env, clock, directory);
    expect(access).toMatchObject({
      context: "in-cluster",
      server: "https://[fd00::1]:6443",
      namespace: "home-front",
      authority: "authority",
      verify: true,
    });
    await access.credentials();
    await writeFile(join(directory, "token"), "two");
    clock.jump(61_000);
    expect(await access.credentials()).toEqual({ token: "two" });
  });

  test("is not there outside of one", () => {
    expect(isInCluster({}, directory)).toBe(false);
    expect(isInCluster({ KUBERNETES_SERVICE_HOST: "10.0.0.1" }, directory)).toBe(false);
  });
});
