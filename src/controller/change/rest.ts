import type { OpenChange } from "../../ledger/open-change.ts";
import type { ApplyContext } from "../../providers/provider.ts";
import type { ResourceId } from "../../resource/base.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { Making } from "./making.ts";

/**
 * Stops every running container of a service that sees its state, unless it is spared: one after the other in the order of the service's
 * file, since what one has given to another that has not answered yet would otherwise be given once more later.
 */
export async function putAtRest(
  { site, runtime, change }: Pick<Making, "site" | "runtime" | "change">,
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
    resource.kind === "container" && run?.state === "running" && isUser(resource) ? [resource] : [],
  );
  const order = orderOf(change(), service);
  const stopping = users
    .filter(({ id }) => !isSpared(id))
    .sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part));
  if (stopping.length > 0) context.report("stopping");
  for (const { id } of stopping) await runtime.stop(site, id, context);
}

/** As it ran before; of one that is new, as it is wanted. */
function orderOf({ before, wanted }: OpenChange, service: string): readonly string[] {
  return (before ?? wanted).services.find(({ name }) => name === service)?.order ?? [];
}
