import type { Draft } from "../assemble/draft.ts";
import type { Found } from "./found.ts";

/** Services that want the webhook's host: a problem in each. `host` undefined: there is no webhook, and the host is anybody's. */
export function webhookMistakes(drafts: readonly Draft[], host: string | undefined): Found[] {
  if (host === undefined) return [];
  return drafts.flatMap((draft) =>
    draft.exposures
      .filter(({ value }) => value.host === host && draft.service.stage !== "retired")
      .map(({ path }) => ({
        draft,
        mistake: {
          code: "EXPOSE_TAKEN" as const,
          path,
          message: `expected a host of its own, got ${host}, which the webhook has (sources in site.yaml)`,
          hint: "give the service another host, or remove webhook from site.yaml",
        },
      })),
  );
}
