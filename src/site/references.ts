import type { Draft } from "./assemble/draft.ts";
import type { Mistake } from "./mistake.ts";
import { engineMistakes } from "./references/engine.ts";
import { hostMistakes } from "./references/hosts.ts";
import { publishedMistakes } from "./references/published.ts";
import { type Known, resolveReach } from "./references/reach.ts";
import { recordMistakes } from "./references/records.ts";
import { secretMistakes } from "./references/secrets.ts";
import { webhookMistakes } from "./references/webhook.ts";
import type { Front, Service, Site } from "./site.ts";

/** A service compared with all others, and everything that is wrong with it. */
export type Checked = { readonly draft: Draft; readonly service: Service; readonly mistakes: readonly Mistake[] };

/** What services are held against, each absent when its file is broken. `secrets`: the names of the secrets that there are. */
export type Around = {
  readonly front: Front | undefined;
  /** The site's, its own first; none when site.yaml is broken. */
  readonly domains: readonly string[];
  readonly secrets: ReadonlySet<string> | undefined;
  /** The host of the site's webhook, if it asks for one. */
  readonly webhook: string | undefined;
  readonly engine: Site["engine"] | undefined;
};

/**
 * Compares services with each other: hosts and published ports that two want, and what each may reach. `names` are all
 * services that have a file, also those without a draft: nobody is blamed for leaning on a broken one.
 */
export function compareServices(
  drafts: readonly Draft[],
  names: readonly string[],
  { front, domains, secrets, webhook, engine }: Around,
): Checked[] {
  const byName = new Map(drafts.map((draft) => [draft.service.name, draft]));
  const known: Known = new Map(names.map((name) => [name, byName.get(name)]));
  const found = new Map<Draft, Mistake[]>();
  const complete = names.length === drafts.length && drafts.every(({ whole }) => whole);
  for (const { draft, mistake } of [
    ...hostMistakes(drafts),
    ...webhookMistakes(drafts, webhook),
    ...publishedMistakes(drafts, front),
    ...recordMistakes(drafts, domains, complete),
  ]) {
    const mistakes = found.get(draft);
    if (mistakes === undefined) found.set(draft, [mistake]);
    else mistakes.push(mistake);
  }
  return drafts.map((draft) => {
    const { reach, mistakes } = resolveReach(draft, known);
    return {
      draft,
      service: { ...draft.service, reach },
      mistakes: [
        ...draft.mistakes,
        ...(found.get(draft) ?? []),
        ...mistakes,
        ...secretMistakes(draft, secrets),
        ...engineMistakes(draft, engine),
      ],
    };
  });
}
