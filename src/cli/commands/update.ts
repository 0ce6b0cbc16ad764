import type { Command } from "../command.ts";
import { jsonOption, siteOption, yesOption } from "../options.ts";

export const update: Command = {
  name: "update",
  summary: "look for newer images and commit them, pinned by digest",
  description: [
    "Asks each image's registry for newer versions, as far as the service's update allows (patch, minor, auto; manual is left alone), shows them, asks, and makes one commit for each service: the new tag in the service's file and what it means now, the digest, in images.lock.yaml. So what runs never changes by itself, and each update can be taken back alone.",
    "Tags that count versions are compared by their numbers, in the form that the file uses: with 1.29 the next is 1.30, with 1.29.1-alpine the next is 1.29.2-alpine. Versions by date count by date. A tag that counts nothing, such as latest, stays; only its digest moves.",
    "Nothing runs differently before the commits are pushed.",
  ],
  arguments: [{ name: "SERVICE", summary: "only these", takes: "any number", offer: "service" }],
  options: [{ flag: "--dry-run", summary: "show what is newer and change nothing" }, yesOption, siteOption, jsonOption],
  exits: [3, 10],
  examples: [
    ["freehold update", "look, ask, commit"],
    ["freehold update --dry-run", "look only"],
    ["freehold update --yes && git push", "as a job that runs each week"],
  ],
  async run(context, input) {
    const { runUpdate } = await import("../update/run.ts");
    return runUpdate(context, input);
  },
};
