import { isIPv4 } from "node:net";
import { nearest } from "../../lib/text.ts";
import type { Draft, Written } from "../assemble/draft.ts";
import { type Mistake, type MistakeRest, unexpected } from "../mistake.ts";
import type { ReachWord } from "../schema/reach.ts";
import type { Reach, Service } from "../site.ts";

/** Every service by its name. A name alone: its file is too broken to say more. */
export type Known = ReadonlyMap<string, Draft | undefined>;

/** What a service may talk to, resolved, and what is wrong with it. */
export type Resolved = { readonly reach: readonly Reach[]; readonly mistakes: readonly Mistake[] };

type ToService = Extract<ReachWord, { to: "service" }>;

/** Resolves the `reach` of one service. */
export function resolveReach(draft: Draft, known: Known): Resolved {
  const reach = new Map<string, Reach>();
  const mistakes: Mistake[] = [];
  for (const { value, path } of draft.reach) {
    const found =
      value.to === "service" ? toService(draft.service, { value, path }, known) : { reach: [value], mistakes: [] };
    for (const one of found.reach) reach.set(JSON.stringify(one), one);
    mistakes.push(...found.mistakes);
  }
  return { reach: [...reach.values()], mistakes };
}

function toService(from: Service, { value, path }: Written<ToService>, known: Known): Resolved {
  const { service: name } = value;
  const wrong = (mistake: Mistake): Resolved => ({ reach: [], mistakes: [mistake] });
  if (name === from.name)
    return wrong({
      code: "REACH_SELF",
      severity: "warning",
      path,
      message: "expected another service, got this one: it reaches itself always",
      hint: "remove it",
    });
  if (!known.has(name)) return wrong(unknownService(value, path, known));
  if (from.parts.some((part) => part.name === name))
    return wrong({
      code: "PART_NAME_TAKEN",
      path,
      message: `expected one meaning of ${name} inside, got a part and a service`,
      hint: "give the part another name",
    });
  const target = known.get(name);
  if (target === undefined) return unsure(value, path);
  return offered(target, value, path);
}

function unknownService({ service }: ToService, path: Mistake["path"], known: Known): Mistake {
  const near = nearest(service, [...known.keys(), "internet", "lan", "machine"]);
  const offers = near === undefined ? "" : offerText(known.get(near));
  const hint = near === undefined ? `make services/${service}.yaml, or remove this` : `did you mean ${near}?${offers}`;
  return unexpected("REACH_UNKNOWN_SERVICE", path, "a service of this site", { got: `"${service}"`, hint });
}

/** The target's file is broken: what it offers may be what was meant. A number needs no more; a name cannot be resolved. */
function unsure({ service, port }: ToService, path: Mistake["path"]): Resolved {
  if (typeof port === "number") return { reach: [{ to: "service", service, port }], mistakes: [] };
  if (port === undefined) return { reach: [{ to: "service", service }], mistakes: [] };
  const message = `expected ${service} to say which port ${port} is, but its file is broken: this way stays closed until then`;
  const hint = `mend services/${service}.yaml`;
  return { reach: [], mistakes: [{ code: "REACH_UNSURE", severity: "warning", path, message, hint }] };
}

function offered(target: Draft, value: ToService, path: Mistake["path"]): Resolved {
  const { service, port } = value;
  const wrong = (code: Mistake["code"], expected: string, rest: MistakeRest): Resolved => ({
    reach: [],
    mistakes: [unexpected(code, path, expected, rest)],
  });
  if (target.service.stage === "retired")
    return wrong("REACH_RETIRED", "a service that runs", {
      got: `${service}, which is retired`,
      severity: "warning",
      hint: "remove it",
    });
  const { external } = target.service;
  if (external !== undefined && !isIPv4(external.host)) {
    const hint = `write the IPv4 address in services/${service}.yaml instead of ${external.host}`;
    return wrong("REACH_NO_ADDRESS", "an external service that is given by its IPv4 address", { got: service, hint });
  }
  const offers = offersOf(target.service);
  if (port === undefined) {
    if (offers.length > 0 || !target.whole) return { reach: [{ to: "service", service }], mistakes: [] };
    const hint = `write port: or ports: in services/${service}.yaml`;
    return wrong("REACH_NOTHING", "a service that offers a port", { got: `${service}, which offers none`, hint });
  }
  const matching = offers.filter((offer) => offer.port === port || offer.name === port);
  if (matching.length > 0) {
    return {
      reach: matching.map((offer) => ({ to: "service", service, port: offer.port, protocol: offer.protocol })),
      mistakes: [],
    };
  }
  if (!target.whole) return unsure(value, path);
  const near =
    typeof port === "string"
      ? nearest(
          port,
          offers.flatMap((offer) => offer.name ?? []),
        )
      : undefined;
  const hint = near === undefined ? `${service} offers ${listOffers(offers)}` : `did you mean ${service}:${near}?`;
  return wrong("REACH_UNKNOWN_PORT", `a port that ${service} offers`, { got: String(port), hint });
}

type Offer = { readonly port: number; readonly protocol: "tcp" | "udp"; readonly name?: string };

/** The ports on which a service may be reached. */
function offersOf({ parts, external }: Service): Offer[] {
  if (external !== undefined) return [{ port: external.port, protocol: "tcp" }];
  return parts.flatMap(({ port, ports }): Offer[] => [
    ...(port === undefined ? [] : [{ port, protocol: "tcp" as const }]),
    ...ports.map(({ name, port: inside, protocol }) => ({ name, port: inside, protocol })),
  ]);
}

function listOffers(offers: readonly Offer[]): string {
  if (offers.length === 0) return "nothing";
  const sorted = offers.toSorted((a, b) => a.port - b.port);
  const words = sorted.map(({ port, name }) => (name === undefined ? `${port}` : `${port} (${name})`));
  return words.join(", ").replace(/, ([^,]*)$/, " and $1");
}

function offerText(draft: Draft | undefined): string {
  const offers = draft === undefined ? [] : offersOf(draft.service);
  return offers.length === 0 ? "" : ` it offers ${listOffers(offers)}`;
}
