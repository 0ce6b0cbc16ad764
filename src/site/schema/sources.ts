import { list, section } from "./form.ts";
import { optionalKey } from "./key.ts";
import { secretName } from "./secrets.ts";
import { signer } from "./signer.ts";

/** `sources` of site.yaml: how changes of the site come in. */
export const sources = section(
  "sources",
  { expected: "a map with signers and webhook", hint: "write sources: {signers: [ssh-ed25519 AAAA… ada]}" },
  {
    signers: optionalKey(list(signer, { expected: "a list of public keys" }), {
      description:
        "Who may sign changes of the site, besides those whom its machine lets (`freehold signers`): SSH public keys, each with a name behind it, or armoured OpenPGP public keys. A change of this list counts from the commit after it on, so it must be signed by somebody who may sign already.",
      unless: ["none but the machine's own list"],
      example: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB2oTDvJ8jZ0mXQ4tY6s1WcF3pLr7hKxN9eUaGzVbRqM ada"],
    }),
    webhook: optionalKey(secretName, {
      description:
        "The name of the secret that signs calls of `https://hooks.DOMAIN/push`. Whoever makes one with `X-Hub-Signature-256` (HMAC-SHA256, as GitHub and Forgejo do) has the site's remote looked at at once. Without it there is no such address.",
      unless: ["no webhook"],
      example: "site-webhook",
    }),
  },
);
