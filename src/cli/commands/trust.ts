import { fail } from "../../lib/problem.ts";
import type { Command } from "../command.ts";
import { jsonOption, siteOption } from "../options.ts";
import { trustText } from "../views/trust.ts";

export const trust: Command = {
  name: "trust",
  summary: "how devices learn to trust this site's certificates",
  description: [
    "The site has an authority of its own, which may vouch for the site's domains and nothing else. A device that knows its certificate shows no warning. This says how to install it on each kind of device, and the fingerprint to compare.",
  ],
  arguments: [],
  options: [{ flag: "--pem", summary: "print the certificate itself" }, siteOption, jsonOption],
  exits: [10],
  examples: [
    ["freehold trust", "what to do on each device"],
    ["freehold trust --pem > home.crt", "the certificate, as a file"],
  ],
  async run(context, input) {
    const { terminal } = context;
    const { withSite } = await import("../site-session.ts");
    return withSite(context, input, async ({ site, layout }) => {
      const authority = await context.authority(layout, site);
      if (authority === undefined) {
        return fail(
          "AUTHORITY_MISSING",
          `expected the authority of ${site.name}, got none yet: the first up makes it`,
          {
            hint: "freehold up",
          },
        );
      }
      if (input.has("--json"))
        terminal.json({ site: site.name, domains: [site.domain, ...site.domains], ...authority });
      else if (input.has("--pem")) terminal.raw(authority.certificate);
      else terminal.print(trustText(site, authority.fingerprint));
      return 0;
    });
  },
};
