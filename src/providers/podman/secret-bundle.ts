import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { textAt } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { SiteLayout } from "../layout.ts";
import { secretsDirectory } from "./secret.ts";
import type { Session } from "./session.ts";

/**
 * Starts a container while what Podman writes for its runtime goes to memory. With secret variables it would stand open on the
 * disk otherwise: in `config.json`, which Podman writes at each start, and in a file below `exec` for each command that is run
 * inside. Links lead both to memory. Once the container runs nobody needs `config.json` any more, and it is removed, so that
 * `podman inspect` has nothing to show.
 */
export async function withBundleInMemory<T>(
  session: Session,
  container: Container,
  name: string,
  start: () => Promise<T>,
): Promise<T> {
  if (Object.keys(container.secrets?.variables ?? {}).length === 0) return start();
  const inspected = await session.client.get(`/containers/${name}/json`);
  const [id, bundle] = [textAt(inspected, "Id"), textAt(inspected, "StaticDir")];
  if (id === "" || bundle === "") fail("BUG", `expected Podman to say where it keeps ${name}`, { kind: "bug" });
  const memory = bundleDirectory(session.layout, id);
  const config = join(memory, "config.json");
  await rm(config, { force: true });
  await mkdir(join(memory, "exec"), { recursive: true, mode: 0o700 });
  await lead(join(bundle, "config.json"), config);
  await lead(join(bundle, "exec"), join(memory, "exec"));
  try {
    return await start();
  } finally {
    await rm(config, { force: true });
  }
}

/** Forgets what a container that is gone had there. */
export async function forgetBundle(layout: SiteLayout, containerId: string): Promise<void> {
  await rm(bundleDirectory(layout, containerId), { recursive: true, force: true });
}

/** For root alone: what Podman writes there may be read by anybody. */
function bundleDirectory(layout: SiteLayout, containerId: string): string {
  return join(secretsDirectory(layout), "bundles", containerId);
}

/** Podman writes through a link that leads to nothing, and would put a file in the place of one that leads to a file. */
async function lead(link: string, target: string): Promise<void> {
  await rm(link, { recursive: true, force: true });
  await symlink(target, link);
}
