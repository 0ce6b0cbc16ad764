import { exec } from "../../../lib/exec.ts";
import { parseJson, textAt, textsAt } from "../../../lib/json.ts";
import { fail } from "../../../lib/problem.ts";
import type { ImageFacts } from "../session.ts";

/** How a registry is asked: the machine's own settings and logins count (containers-registries.conf(5), containers-auth.json(5)). */
export type Asking = {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Whether it speaks HTTP without TLS: only ever one that is reached through the cluster's API. */
  readonly transport: "tls" | "plain";
};

/** Milliseconds. */
const patience = { ask: 20_000, push: 20 * 60_000 };

/** What an image in a registry says of itself; undefined when the registry has none such, or cannot be asked from here. */
export async function inspectImage(
  reference: string,
  { env, signal, transport }: Asking,
): Promise<Omit<ImageFacts, "reference"> | undefined> {
  const words = ["inspect", "--config", `--tls-verify=${transport === "tls"}`, `docker://${withoutTag(reference)}`];
  const { code, stdout } = await exec(["skopeo", ...words], { env, signal, timeout: patience.ask });
  if (code !== 0) return undefined;
  const config = parseJson(stdout);
  return {
    labels: Object.fromEntries(textsAt(config, "config", "Labels")),
    user: textAt(config, "config", "User"),
  };
}

/**
 * Copies an image from freehold's own storage to a registry: what the registry has already is not sent again. Problem: `IMAGE_PUSH`.
 */
export async function pushImage(from: string, to: string, { env, signal, transport }: Asking): Promise<void> {
  const { code, stderr } = await exec(
    // What was built here bears no signature, so there is none to look for.
    [
      ...(["skopeo", "--insecure-policy", "copy", "--quiet", `--dest-tls-verify=${transport === "tls"}`] as const),
      ...[`containers-storage:${from}`, `docker://${to}`],
    ],
    { env, signal, timeout: patience.push },
  );
  if (code === 0) return;
  const line = stderr.trim().split("\n").at(-1) ?? "";
  const said = (/msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? line).replaceAll('\\"', "'").slice(-300);
  const isRefused = /denied|unauthorized|authentication required|forbidden/i.test(stderr);
  fail("IMAGE_PUSH", `expected to push ${to}, got "${said}"`, {
    kind: isRefused ? "user" : "transient",
    got: said,
    hint: isRefused
      ? `podman login ${to.split("/")[0]}`
      : "look at the network and at engine.kubernetes.registry in site.yaml, then run the same command again",
  });
}

/** As skopeo wants it: without the tag when a digest says which it is. */
function withoutTag(reference: string): string {
  const [name = "", digest] = reference.split("@");
  return digest === undefined ? name : `${name.replace(/:[^:/]+$/, "")}@${digest}`;
}
