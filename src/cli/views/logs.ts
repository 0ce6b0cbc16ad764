import type { LogLine } from "../../providers/provider.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { type Text, type Tone, tone } from "../span.ts";
import { pad, widthOf } from "../width.ts";

/** A line, and whose it is. */
export type LogView = LogLine & { readonly container: Container };

/** How the containers of a listing are told apart: nothing where there is only one. */
export type Prefixes = ReadonlyMap<string, { readonly text: string; readonly tone: Tone }>;

const tones: readonly Tone[] = ["good", "warn", "strong", "dim"];

/** A short name for each container, all of one width. */
export function prefixes(containers: readonly Container[]): Prefixes {
  if (containers.length < 2) return new Map();
  const names = containers.map(({ service, part, replica }) => {
    const name = part === service || service === "front" ? service : `${service}/${part}`;
    return replica > 1 ? `${name}/${replica}` : name;
  });
  const width = Math.max(...names.map(widthOf));
  return new Map(
    containers.map(({ id }, index) => [
      id,
      { text: pad(names[index] ?? "", width), tone: tones[index % tones.length] ?? "dim" },
    ]),
  );
}

/** `2026-11-21 12:04:31  blog  GET / 200`, each time as `clock` writes it. */
export function logText({ at, text, container }: LogView, names: Prefixes, clock: Intl.DateTimeFormat): Text {
  const prefix = names.get(container.id);
  return [[tone("dim", clock.format(at)), "  ", ...(prefix === undefined ? [] : [prefix, "  "]), text]];
}

/** Writes times as `2026-11-21 12:04:31` in a zone of the IANA database. */
export function clockOf(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
}

/** The same for programs: times in UTC. */
export function logJson({ at, stream, text, container: { service, part, replica } }: LogView): object {
  return { at: new Date(at).toISOString(), service, part, replica, stream, text };
}
