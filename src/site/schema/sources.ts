import { section } from "./form.ts";
import { optionalKey } from "./key.ts";
import { secretName } from "./secrets.ts";

/** `sources` of site.yaml: how changes of the site come in. */
export const sources = section(
  "sources",
  { expected: "a map with webhook", hint: "write sources: {webhook: site-webhook}" },
  {
    webhook: optionalKey(secretName, {
      description:
        "The name of the secret that signs calls of `https://hooks.DOMAIN/push`. Whoever makes one with `X-Hub-Signature-256` (HMAC-SHA256, as GitHub and Forgejo do) has the site's remote looked at at once. Without it there is no such address.",
      unless: ["no webhook"],
      example: "site-webhook",
    }),
  },
);
