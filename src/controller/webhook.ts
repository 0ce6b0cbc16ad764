import { webhookHost } from "../features/start.ts";
import { openValuesApart } from "../secrets/apart.ts";
import type { SealedSecrets } from "../secrets/sealed.ts";
import type { Site } from "../site/site.ts";
import type { ServeOptions } from "../start/server.ts";

/** What the webhook is answered from. */
export type WebhookOptions = {
  /** The site as last applied. */
  readonly site: () => Promise<Site | undefined>;
  /** FREEHOLD_ROOT, where the machine's own key is. */
  readonly root: string;
  /** Told of each good call. */
  readonly called: () => void;
};

/**
 * Answers calls at the webhook's host, and nothing else. Its secret is opened in a process of its own when somebody first calls, and again
 * when it is sealed anew; a site without `sources.webhook` has no such host.
 */
export function takeWebhook({ site, root, called }: WebhookOptions): NonNullable<ServeOptions["take"]> {
  const open = opener(root);
  const seen = new Set<string>();
  return async (head, body) => {
    const known = await site();
    if (known === undefined) return undefined;
    const host = webhookHost(known);
    if (host === undefined || head.host.replace(/:\d*$/, "").replace(/\.$/, "").toLowerCase() !== host)
      return undefined;
    const { answerWebhook } = await import("../start/webhook.ts");
    return answerWebhook({ secret: () => open(known), called, seen }, head, body);
  };
}

/** Opens the webhook's secret; a failure is not remembered, but at most one process at a time tries. */
function opener(root: string): (site: Site) => Promise<string | undefined> {
  let last: { readonly sealed: string; readonly value: Promise<string | undefined> } | undefined;
  return ({ secrets, sources }) => {
    const name = sources?.webhook ?? "";
    const sealed = secrets.values[name];
    if (sealed === undefined) return Promise.resolve(undefined);
    if (last?.sealed !== sealed) {
      const value = openOne(name, { values: { [name]: sealed }, keys: secrets.keys }, root);
      const mine = { sealed, value };
      last = mine;
      value.catch(() => {
        if (last === mine) last = undefined;
      });
    }
    return last.value;
  };
}

async function openOne(name: string, sealed: SealedSecrets, root: string): Promise<string | undefined> {
  return (await openValuesApart(sealed, root)).get(name);
}
