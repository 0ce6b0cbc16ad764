import { join } from "node:path";
import { frontUser } from "../features/front.ts";
import { readApplied } from "../ledger/applied.ts";
import type { Log } from "../lib/log.ts";
import type { SiteLayout } from "../providers/layout.ts";
import { answerStart } from "../start/answers.ts";
import { type Served, serve } from "../start/server.ts";
import type { Supervisor } from "./supervisor.ts";

/** What the start page shows. */
export type StartPageOptions = {
  readonly layout: SiteLayout;
  readonly supervisor: Pick<Supervisor, "status">;
  /** The certificate of the site's authority, PEM. */
  readonly authority: () => Promise<string | undefined>;
  readonly log: Log;
};

/** Serves the start page where the front door looks for it. */
export function serveStartPage({ layout, supervisor, authority, log }: StartPageOptions): Promise<Served> {
  return serve({
    socket: join(layout.start, "start.sock"),
    user: frontUser,
    log,
    answer: (asked) =>
      answerStart(
        {
          site: async () => {
            const applied = await readApplied(layout.ledger);
            const status = applied && supervisor.status(applied.site);
            return applied && status && { site: applied.site, status };
          },
          authority,
        },
        asked,
      ),
  });
}
