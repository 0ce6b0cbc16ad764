import { namedMap, section } from "./form.ts";
import { optionalKey, requiredKey } from "./key.ts";
import { textLeaf } from "./leaf.ts";
import { label, labelHint } from "./name.ts";
import { port } from "./unit.ts";
import { oneOf } from "./word.ts";

const entry = section(
  "port",
  { expected: "a map such as {port: 993}" },
  {
    port: requiredKey(port, { description: "The port inside.", example: 993 }),
    published: optionalKey(port, {
      description: "The port at the front door, when the service is exposed.",
      unless: ["the same as `port`"],
      example: 9993,
    }),
    protocol: optionalKey(oneOf("tcp", "udp"), {
      description: "What is spoken there. `udp` works inside, through `reach`; the front door does not publish it yet.",
      unless: "tcp",
      example: "tcp",
    }),
    "client-address": optionalKey(oneOf("none", "proxy-v2"), {
      description:
        "How the visitor's true address is handed on: `proxy-v2` for programs that speak the PROXY protocol.",
      unless: "none",
      example: "proxy-v2",
    }),
  },
);

/** A port's name. One of digits alone would look like a number in `reach`. */
const portName = textLeaf<string>({
  code: "NAME_INVALID",
  expected: "a name of lower-case letters, digits and inner dashes with a letter in it, at most 63",
  json: { pattern: "^(?=.*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$" },
  read: (text, refuse) => {
    if (label.test(text) && /[a-z]/.test(text)) return text;
    const hint = /^\d+$/.test(text) ? `name what it is for: smtp: {port: ${text.slice(0, 5)}}` : labelHint(text);
    return refuse(hint === undefined ? {} : { hint });
  },
});

/** `ports`: what a part offers beside HTTP, by name. */
export const ports = namedMap(portName, entry, {
  expected: "a map of names to ports",
  hint: "write ports: {imaps: {port: 993}}",
});
