import { isAbsolute, resolve } from "node:path";
import { exec } from "../../../lib/exec.ts";
import { at, listAt, parseJson, textAt } from "../../../lib/json.ts";
import { fail, problemOf } from "../../../lib/problem.ts";
import { shorten, visible } from "../../../lib/text.ts";
import type { Credentials } from "./access.ts";
import type { Entry } from "./kubeconfig.ts";
import type { Held } from "./remembered.ts";

/** A program that logs us in, as a kubeconfig names it. */
export type Plugin = {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  readonly installHint: string;
};

/** The cluster, for a program that wants to know (`provideClusterInfo`). */
export type PluginCluster = {
  readonly server: string;
  readonly authority?: string;
  readonly serverName?: string;
  readonly verify: boolean;
};

/** Milliseconds that it may take: some open a browser, ours cannot. */
const longest = 60_000;

/** Renewed so many milliseconds before they expire, so that no request is on its way with them then. */
const early = 10_000;

const versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/** The program of a user's `exec`, undefined when there is none. Problem: `KUBECONFIG_BROKEN` for one that cannot work here. */
export function pluginOf(user: Entry, cluster: PluginCluster): Plugin | undefined {
  const exec = at(user.value, "exec");
  const command = textAt(exec, "command");
  if (command === "") return undefined;
  const apiVersion = textAt(exec, "apiVersion");
  if (!versions.includes(apiVersion))
    fail("KUBECONFIG_BROKEN", `expected exec.apiVersion ${versions[0]} in ${user.file}, got "${apiVersion}"`, {
      got: apiVersion,
    });
  if (textAt(exec, "interactiveMode") === "Always")
    fail(
      "KUBECONFIG_BROKEN",
      `expected a program that needs no terminal in exec of ${user.file}, got interactiveMode: Always`,
      {
        hint: "use a service account's token, or a client certificate, for this context",
      },
    );
  const program = command.includes("/") && !isAbsolute(command) ? resolve(user.directory, command) : command;
  const env = listAt(exec, "env").map((entry) => [textAt(entry, "name"), textAt(entry, "value")]);
  const info = {
    apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false, ...(at(exec, "provideClusterInfo") === true ? clusterInfo(cluster) : {}) },
  };
  return {
    argv: [program, ...listAt(exec, "args").map(String)],
    env: { ...Object.fromEntries(env), KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    apiVersion,
    installHint: shorten(visible(textAt(exec, "installHint").trim()), 500),
  };
}

/** What it gives, until it expires. Problem: `CREDENTIALS_FAILED`, with what it complained of. */
export async function runPlugin(plugin: Plugin, env: NodeJS.ProcessEnv): Promise<Held<Credentials>> {
  const name = plugin.argv[0];
  const { code, stdout, stderr } = await exec(plugin.argv, { env: { ...env, ...plugin.env }, timeout: longest }).catch(
    (cause: unknown) =>
      fail("CREDENTIALS_FAILED", `${name}, which logs in to the cluster, did not work: ${problemOf(cause).message}`, {
        hint: plugin.installHint || "install it, or see users.exec in the kubeconfig",
        cause,
      }),
  );
  if (code !== 0)
    fail("CREDENTIALS_FAILED", `${name}, which logs in to the cluster, ended with ${code}`, {
      detail: stderr
        .trim()
        .split("\n")
        .slice(-5)
        .map((line) => shorten(visible(line), 500)),
      hint: "log in to the cluster again",
    });
  const status = at(parseJson(stdout), "status");
  const token = textAt(status, "token");
  const certificate = textAt(status, "clientCertificateData");
  const key = textAt(status, "clientKeyData");
  if (token === "" && (certificate === "" || key === ""))
    fail("CREDENTIALS_FAILED", `expected an ExecCredential with a token or a certificate from ${name}, got neither`, {
      hint: `see what it prints as ${plugin.apiVersion}; it is what kubectl would get`,
    });
  const expiry = Date.parse(textAt(status, "expirationTimestamp"));
  return {
    value: { ...(token === "" ? {} : { token }), ...(certificate === "" ? {} : { certificate, key }) },
    until: Number.isNaN(expiry) ? Number.POSITIVE_INFINITY : expiry - early,
  };
}

/** https://kubernetes.io/docs/reference/config-api/client-authentication.v1/#client-authentication-k8s-io-v1-Cluster */
function clusterInfo({ server, authority, serverName, verify }: PluginCluster): object {
  return {
    cluster: {
      server,
      ...(serverName === undefined ? {} : { "tls-server-name": serverName }),
      ...(verify ? {} : { "insecure-skip-tls-verify": true }),
      ...(authority === undefined ? {} : { "certificate-authority-data": Buffer.from(authority).toString("base64") }),
    },
  };
}
