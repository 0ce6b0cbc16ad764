import { list } from "./form.ts";
import { leaf, type Refuse } from "./leaf.ts";
import { label } from "./name.ts";
import { readPort } from "./unit.ts";

/** An entry of `reach` as written; a service's port by number or name. */
export type ReachWord =
  | { readonly to: "internet" | "lan" | "machine"; readonly port?: number }
  | { readonly to: "service"; readonly service: string; readonly port?: number | string };

const entry = leaf<ReachWord>({
  code: "REACH_INVALID",
  expected: "a service, internet, lan or machine, with a port if only that is meant: mail:587",
  json: { type: "string", pattern: "^[a-z0-9-]+(:[a-z0-9-]+)?$" },
  read: readEntry,
});

/** `reach`: what a service may talk to. */
export const reach = list(entry, { expected: "a list of services and of internet, lan and machine" });

function readEntry(value: unknown, refuse: Refuse): ReachWord | undefined {
  if (typeof value !== "string") return refuse({ ...splitHint(value), form: true });
  const [target = "", portWord, ...rest] = value.split(":");
  if (rest.length > 0 || !label.test(target)) return refuse(lowerHint(value));
  if (target === "internet" || target === "lan" || target === "machine") return readZone(target, portWord, refuse);
  if (portWord === undefined) return { to: "service", service: target };
  if (/^\d+$/.test(portWord)) {
    const port = readPort(portWord);
    return port === undefined ? refusePort(portWord, refuse) : { to: "service", service: target, port };
  }
  return label.test(portWord) ? { to: "service", service: target, port: portWord } : refuse(lowerHint(value));
}

function readZone(to: "internet" | "lan" | "machine", word: string | undefined, refuse: Refuse): ReachWord | undefined {
  if (word === undefined) return { to };
  const port = readPort(word);
  return port === undefined ? refusePort(word, refuse) : { to, port };
}

function refusePort(word: string, refuse: Refuse): undefined {
  return refuse({
    code: "PORT_OUT_OF_RANGE",
    expected: "a port from 1 to 65535 after the colon",
    got: `"${word.slice(0, 63)}"`,
  });
}

/** `mail: 587` with a space is a map to YAML. */
function splitHint(value: unknown): { hint: string } | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const [only] = Object.entries(value);
  return only === undefined ? undefined : { hint: `write ${only[0]}:${String(only[1])}, without the space` };
}

function lowerHint(text: string): { hint: string } | undefined {
  const lower = text.trim().toLowerCase();
  return lower !== text && /^[a-z0-9-]+(:[a-z0-9-]+)?$/.test(lower) ? { hint: `write ${lower}` } : undefined;
}
