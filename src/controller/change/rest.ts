import type { ApplyContext, Runtime } from "../../providers/provider.ts";
import type { ResourceId } from "../../resource/base.ts";
import type { Container } from "../../resource/kinds/container.ts";

/**
 * Stops every running container of a service that sees its state, unless it is spared: one after the other, since what one has taken
 * from another and not yet answered would otherwise be cut on both sides, and done twice later.
 */
export async function putAtRest(
  { site, runtime }: { readonly site: string; readonly runtime: Runtime },
  service: string,
  context: ApplyContext,
  isSpared: (id: ResourceId) => boolean = () => false,
): Promise<void> {
  const { resources } = await runtime.observe(site);
  const volumes = new Set(
    resources.flatMap(({ resource }) =>
      resource.kind === "volume" && resource.service === service ? resource.id : [],
    ),
  );
  const isUser = ({ mounts }: Container): boolean => mounts.some(({ source }) => volumes.has(source));
  const users = resources.flatMap(({ resource, run }) =>
    resource.kind === "container" && run?.state === "running" && isUser(resource) ? [resource.id] : [],
  );
  const stopping = users.filter((id) => !isSpared(id));
  if (stopping.length > 0) context.report("stopping");
  for (const id of stopping) await runtime.stop(site, id, context);
}
