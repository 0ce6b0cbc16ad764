import type { Link } from "../../resource/kinds/link.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import { clusterRanges } from "./cluster-ranges.ts";
import { putAll } from "./put-all.ts";
import type { Session } from "./session.ts";
import { objectsOf } from "./translate/objects-of.ts";

/** Opens a way. One to a zone knows where the cluster itself is, which is in no zone. */
export async function applyLink(session: Session, step: ApplyStep, link: Link, context: ApplyContext): Promise<void> {
  const { commit } = context;
  const ranges = "zone" in link.to ? await clusterRanges(session) : undefined;
  const objects = objectsOf(link, {
    site: session.site,
    facts: () => undefined,
    ...(ranges === undefined ? {} : { ranges }),
    ...(commit === undefined ? {} : { commit }),
  });
  await putAll(session, step, objects, context);
}
