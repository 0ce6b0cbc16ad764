import { nearest } from "../../lib/text.ts";
import { anyForm, list, section } from "./form.ts";
import { host, readHost } from "./host.ts";
import { optionalKey } from "./key.ts";
import { textLeaf } from "./leaf.ts";
import { name } from "./name.ts";
import { oneOf } from "./word.ts";

/** To whom something is offered. */
const to = oneOf("public", "private");

/** The same, where a person may have meant a host. */
const toAlone = textLeaf<"public" | "private">({
  code: "WORD_UNKNOWN",
  expected: "public, private, or a list of hosts",
  json: { enum: ["public", "private"] },
  read: (text, refuse) => {
    if (text === "public" || text === "private") return text;
    if (text.includes(".") && readHost(text) !== undefined) return refuse({ hint: `write a list: [${text}]` });
    const near = nearest(text, ["public", "private"]);
    return refuse(near === undefined ? {} : { hint: `did you mean ${near}?` });
  },
});

/** The path of an exposure, without the slash at its end. */
const urlPath = textLeaf<string>({
  code: "PATH_INVALID",
  expected: "a path such as /photos",
  json: { pattern: "^/" },
  read: (text, refuse) => {
    if (!text.startsWith("/") && !text.includes("://")) return refuse({ hint: `write /${text}` });
    const bare = text.length > 1 ? text.replace(/\/$/, "") : text;
    if (bare === "/") return bare;
    const steps = bare.slice(1).split("/");
    const plain = steps.every((step) => /^[A-Za-z0-9._~@+-]+$/.test(step) && step !== "." && step !== "..");
    return plain && bare.length <= 512 ? bare : undefined;
  },
});

const form = { expected: "a host, or a map with host, to, path and part" };

const exposure = section("exposure", form, {
  host: optionalKey(host, {
    description:
      "The name under which it answers: the domain itself (`@`), or a name under it or under one of `domains`. A name without a dot is one under the site's domain.",
    unless: ["the service's name under the domain"],
    example: "vault.example.org",
  }),
  to: optionalKey(to, {
    description: "`public`: everybody; `private`: the VPN and the network at home. One host has one `to`.",
    unless: "private",
    example: "public",
  }),
  path: optionalKey(urlPath, {
    description: "Only what begins with this path. The longest path wins.",
    unless: "/",
    example: "/photos",
  }),
  part: optionalKey(name, {
    description: "The part that answers, when several have a `port`.",
    unless: ["the only part that has a `port`"],
    example: "server",
  }),
});

/** `expose`: a word, or a list of hosts. */
export const expose = anyForm([toAlone, list(anyForm([host, exposure], form), { expected: "a list of hosts" })], {
  expected: "public, private, or a list of hosts",
  hint: "write a list: expose: [{host: blog.example.org, to: public}]",
});
