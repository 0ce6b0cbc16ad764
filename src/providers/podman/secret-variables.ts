import { createHash } from "node:crypto";
import type { Container } from "../../resource/kinds/container.ts";
import { refused } from "./client.ts";
import { listContainers } from "./container-list.ts";
import { secretPath } from "./secret.ts";
import type { Session } from "./session.ts";

/**
 * Podman learns where a variable's value is, never the value: its driver `shell` has it read the file in memory at each start.
 * These are the names of its secrets, by variable.
 */
export function variableSecrets(session: Session, { secrets }: Container): Record<string, string> {
  const entries = Object.entries(secrets?.variables ?? {});
  const path = (name: string): string => secretPath(session.layout, secrets?.source ?? "", name);
  return Object.fromEntries(entries.map(([variable, name]) => [variable, podmanName(path(name))]));
}

/** Makes what {@link variableSecrets} names, as far as it is not there. */
export async function makeVariables({ client, layout }: Session, { secrets }: Container): Promise<void> {
  for (const name of new Set(Object.values(secrets?.variables ?? {}))) {
    const path = secretPath(layout, secrets?.source ?? "", name);
    const driveropts = { lookup: `cat -- ${quoted(path)}`, list: "true", store: "cat > /dev/null", delete: "true" };
    const query = { name: podmanName(path), driver: "shell", driveropts };
    const answer = await client.ask("POST", "/secrets/create", { query, body: "nothing" });
    if (answer.status >= 400 && !/in use|already exists/i.test(answer.words))
      refused(`to learn where the secret ${name} is`, answer);
  }
}

/** Takes them away again, but for those that another container of the site still has. */
export async function forgetVariables(session: Session, container: Container): Promise<void> {
  const own = new Set(Object.values(variableSecrets(session, container)));
  if (own.size === 0) return;
  const others = await listContainers(session.client, session.site);
  for (const other of others) {
    if (other.container.id === container.id) continue;
    for (const name of Object.values(variableSecrets(session, other.container))) own.delete(name);
  }
  for (const name of own) {
    const answer = await session.client.ask("DELETE", `/secrets/${name}`);
    if (answer.status >= 400 && answer.status !== 404) refused(`to forget the secret ${name}`, answer);
  }
}

/** Podman's storage is all sites', and a name may have 64 characters at most. */
function podmanName(path: string): string {
  return `freehold-${createHash("sha256").update(path).digest("hex").slice(0, 32)}`;
}

/** A path as one word of sh(1), which the driver uses. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
