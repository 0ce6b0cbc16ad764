import type { CheckResult, Runtime } from "../providers/provider.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";

/** Asks every running container whether it works, side by side. */
export async function askAll(
  runtime: Pick<Runtime, "check">,
  site: string,
  { resources }: Observation,
): Promise<ReadonlyMap<ResourceId, CheckResult>> {
  const running = resources.flatMap(({ resource, run }) =>
    resource.kind === "container" && run?.state === "running" ? [resource] : [],
  );
  const answers = await Promise.all(
    running.map(async (container) => [container.id, await runtime.check(site, container)] as const),
  );
  return new Map(answers);
}
