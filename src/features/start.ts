import type { Site } from "../site/site.ts";

/** The host of the start page: `start.DOMAIN`. Undefined when a service has it. */
export function startHost({ domain, services }: Site): string | undefined {
  const host = `start.${domain}`;
  const taken = services.some(({ stage, expose }) => stage !== "retired" && expose.some((one) => one.host === host));
  return taken ? undefined : host;
}
