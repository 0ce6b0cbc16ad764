import type { MadeInvitation } from "../invite.ts";
import { type Text, tone } from "../span.ts";
import { clockOf } from "./logs.ts";

/** What `invite` says. */
export function inviteText({ name, link, until }: MadeInvitation, zone: string): Text {
  return [
    `With this link ${name} sets a password, once, until ${clockOf(zone).format(until).slice(0, 16)}. It is shown only now:`,
    "",
    `  ${link}`,
    "",
    "Whoever has it can use it, at home or over the VPN: hand it over by a way that you trust.",
    "people.yaml has its digest. It works from the next up on.",
    ["next: ", tone("strong", "freehold up")],
  ];
}

/** The same for programs. */
export function inviteJson({ name, link, until }: MadeInvitation): object {
  return { name, link, until };
}
