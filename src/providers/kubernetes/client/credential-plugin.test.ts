import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { fakeClock } from "../../../lib/fake-clock.ts";
import type { Access } from "./access.ts";
import { credentialsOf } from "./user-credentials.ts";

const cluster = { server: "https://10.0.0.1:6443", authority: "PEM", verify: true };
const version = "client.authentication.k8s.io/v1";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-plugin-"));
  const made = directory;
  onTestFinished(() => rm(made, { recursive: true }));
});

/** A user whose program is this script; each run leaves a line in `runs`. */
async function user(
  script: string,
  exec: object = {},
  clock = fakeClock(),
): Promise<Pick<Access, "credentials" | "forget">> {
  const program = join(directory, "login");
  await writeFile(program, `#!/bin/sh\ncd "$(dirname "$0")"\necho "$@" >> runs\n${script}\n`);
  await chmod(program, 0o755);
  const value = { exec: { apiVersion: version, command: "./login", args: ["a b", "$HOME"], ...exec } };
  return credentialsOf({ value, directory, file: "config" }, cluster, { PATH: process.env.PATH }, clock);
}

const runs = async (): Promise<string[]> => (await readFile(join(directory, "runs"), "utf8")).trim().split("\n");

function prints(status: object): string {
  return `cat <<'E'\n${JSON.stringify({ apiVersion: version, kind: "ExecCredential", status })}\nE`;
}

describe("a program that logs in", () => {
  test("is run beside the kubeconfig, with its arguments as they are, once for all who ask", async () => {
    const { credentials } = await user(prints({ token: "abc" }));
    const all = await Promise.all([credentials(), credentials(), credentials()]);
    expect(all).toEqual([{ token: "abc" }, { token: "abc" }, { token: "abc" }]);
    expect(await runs()).toEqual(["a b $HOME"]);
  });

  test("is run again shortly before its token expires, and when the token was refused", async () => {
    const clock = fakeClock();
    const expirationTimestamp = new Date(clock.now() + 60_000).toISOString();
    const { credentials, forget } = await user(prints({ token: "abc", expirationTimestamp }), {}, clock);
    await credentials();
    clock.jump(49_000);
    await credentials();
    expect(await runs()).toHaveLength(1);
    clock.jump(2_000);
    await credentials();
    expect(await runs()).toHaveLength(2);
    clock.jump(-51_000);
    forget();
    await credentials();
    expect(await runs()).toHaveLength(3);
  });

  test("may give a certificate", async () => {
    const { credentials } = await user(prints({ clientCertificateData: "C", clientKeyData: "K" }));
    expect(await credentials()).toEqual({ certificate: "C", key: "K" });
  });

  test("hears of the cluster where the kubeconfig says so, and gets its variables", async () => {
    const script = `printf %s "$KUBERNETES_EXEC_INFO" > info; printf %s "$WHO" > who; ${prints({ token: "abc" })}`;
    const { credentials } = await user(script, { provideClusterInfo: true, env: [{ name: "WHO", value: "anna" }] });
    await credentials();
    expect(await readFile(join(directory, "who"), "utf8")).toBe("anna");
    expect(JSON.parse(await readFile(join(directory, "info"), "utf8"))).toEqual({
      apiVersion: version,
      kind: "ExecCredential",
      spec: {
        interactive: false,
        cluster: { server: cluster.server, "certificate-authority-data": Buffer.from("PEM").toString("base64") },
      },
    });
  });

  test("that fails is told with what it complained of, never with what it printed", async () => {
    const { credentials } = await user("echo my-token; echo 'session is over: run cloud login' >&2; exit 3");
    const thrown = await credentials().catch((problem: unknown) => problem);
    expect(thrown).toMatchObject({
      problem: { code: "CREDENTIALS_FAILED", detail: ["session is over: run cloud login"] },
    });
    expect(JSON.stringify(thrown)).not.toContain("my-token");
  });

  test("that is not installed is told with how to install it", async () => {
    const { credentials } = await user("", { command: "freehold-no-such-login", installHint: "apt install it" });
    await expect(credentials()).rejects.toMatchObject({
      problem: { code: "CREDENTIALS_FAILED", hint: "apt install it", message: expect.stringContaining("ENOENT") },
    });
  });

  test.each([["{}"], ["no JSON"], [""]])("that prints %j gave nothing", async (text) => {
    const { credentials } = await user(`printf %s '${text}'`);
    await expect(credentials()).rejects.toMatchObject({ problem: { code: "CREDENTIALS_FAILED" } });
  });

  test("that needs a terminal, or another version, is refused before it is run", async () => {
    for (const exec of [{ interactiveMode: "Always" }, { apiVersion: "client.authentication.k8s.io/v1alpha1" }])
      await expect(user("", exec)).rejects.toMatchObject({ problem: { code: "KUBECONFIG_BROKEN" } });
  });
});
