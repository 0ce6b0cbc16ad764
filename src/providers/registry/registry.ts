import { exec } from "../../lib/exec.ts";
import { listAt, parseJson } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";

/** Milliseconds until a registry must have answered. */
const patience = 60_000;

/** What a registry is asked with; the machine's own settings for registries and their logins count (containers-registries.conf(5), containers-auth.json(5)). */
export type RegistryOptions = { readonly signal: AbortSignal; readonly env?: NodeJS.ProcessEnv };

/**
 * Every tag of a repository such as `docker.io/library/nginx`, as the registry lists them. OCI distribution specification, "Listing
 * tags". Problems: `REGISTRY_UNKNOWN` when there is no such repository or it may not be read, `REGISTRY_SILENT`, `PROGRAM_MISSING`.
 */
export async function tagsOf(repository: string, options: RegistryOptions): Promise<readonly string[]> {
  const answer = await skopeo(["list-tags", `docker://${repository}`], repository, options);
  return listAt(parseJson(answer), "Tags").filter((tag) => typeof tag === "string");
}

/**
 * The digest of what a tag means now, `sha256:…`: of the list for all architectures where there is one. Problems as {@link tagsOf}.
 */
export async function digestOf(reference: string, options: RegistryOptions): Promise<string> {
  const answer = await skopeo(
    ["inspect", "--no-tags", "--format", "{{.Digest}}", `docker://${reference}`],
    reference,
    options,
  );
  const digest = answer.trim();
  if (!/^sha256:[a-f0-9]{64}$/.test(digest)) return silent(reference, `"${digest.slice(0, 80)}" for a digest`);
  return digest;
}

async function skopeo(words: readonly string[], asked: string, { signal, env }: RegistryOptions): Promise<string> {
  const { code, stdout, stderr } = await exec(["skopeo", ...words], { signal, timeout: patience, ...(env && { env }) });
  if (code === 0) return stdout;
  const said = lastWords(stderr);
  if (/manifest unknown|name unknown|name not known|not found|denied|unauthorized/i.test(stderr))
    return fail("REGISTRY_UNKNOWN", `expected the registry to know ${asked}, got "${said}"`, {
      hint: "look at its name and tag; for a private one: podman login",
    });
  return silent(asked, `"${said}"`);
}

function silent(asked: string, got: string): never {
  return fail("REGISTRY_SILENT", `expected the registry to tell of ${asked}, got ${got}`, {
    kind: "transient",
    hint: "look at the network and the registry's name, then run the same command again",
  });
}

/** skopeo prints one line with the chain of causes, in quotes of a log; the last two say what it was. */
function lastWords(stderr: string): string {
  const line = stderr.trim().split("\n").at(-1) ?? "";
  const text = /msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? line;
  return text.replaceAll('\\"', "'").split(": ").slice(-2).join(": ").slice(0, 300);
}
