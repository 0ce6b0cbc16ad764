import type { Command } from "../command.ts";
import { jsonOption, siteOption } from "../options.ts";

export const open: Command = {
  name: "open",
  summary: "print where services are found, and open one in a browser",
  description: [
    "Prints the address of SERVICE, and opens it in a browser where there is a display. Without SERVICE: prints the addresses of all, and opens the start page, which says how to set up phones and programs.",
  ],
  arguments: [{ name: "SERVICE", summary: "the service", takes: "at most one", offer: "service" }],
  options: [siteOption, jsonOption],
  exits: [10],
  examples: [
    ["freehold open blog", "https://blog.DOMAIN"],
    ["freehold open", "the start page, and every address of the site"],
  ],
  async run(context, input) {
    const { withSite } = await import("../site-session.ts");
    const { openService } = await import("../open-service.ts");
    return withSite(context, input, (session) => openService(context, input, session));
  },
};
