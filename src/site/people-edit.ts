import { isDeepStrictEqual } from "node:util";
import { isMap, type Node, type YAMLMap } from "yaml";
import { fail, ProblemError } from "../lib/problem.ts";
import { nearest, visible } from "../lib/text.ts";
import { parse } from "./parse.ts";
import { keyText } from "./place.ts";
import type { Source } from "./source.ts";

type Pairs = YAMLMap<Node, Node | null>;

/**
 * The text of people.yaml with this password hash for a person, in the place of an invitation if there is one; everything else as
 * it was, comments included. Problems: `PERSON_UNKNOWN`, `PASSWORD_AND_INVITATION`, `PEOPLE_EDIT`, and those of YAML itself.
 */
export function setPassword(text: string, name: string, hash: string): string {
  return change(text, name, {
    key: "password",
    insteadOf: "invitation",
    value: hash,
    written: (flow) => scalarText(hash, flow),
  });
}

/**
 * The text of people.yaml with an invitation for a person, in the place of a password if there is one; everything else as it was.
 * `digest` is the hex SHA-256 of the code, `until` milliseconds since the epoch (to the second). Problems: as of {@link setPassword}.
 */
export function setInvitation(text: string, name: string, digest: string, until: number): string {
  const value = { digest, until: new Date(until).toISOString().replace(/\.\d+Z$/, "Z") };
  const written = `{digest: ${scalarText(digest, true)}, until: ${value.until}}`;
  return change(text, name, { key: "invitation", insteadOf: "password", value, written: () => written });
}

/** A key of a person, its value as data and as it is written, and the key whose place it takes. */
type Change = {
  readonly key: string;
  readonly insteadOf: string;
  readonly value: unknown;
  readonly written: (flow: boolean) => string;
};

function change(text: string, name: string, { key, insteadOf, value, written }: Change): string {
  const { source, data } = read(text);
  const person = personIn(source, data, name);
  const [pair, other] = [key, insteadOf].map((each) => person.items.find((item) => keyText(item) === each));
  if (pair !== undefined && other !== undefined)
    return fail("PASSWORD_AND_INVITATION", `expected ${visible(name)} to have a password or an invitation, got both`, {
      hint: `remove ${insteadOf} from ${visible(name)} in people.yaml`,
    });
  const flow = person.flow === true;
  const place = pair ?? other;
  const edited =
    place === undefined
      ? addKey(text, person, `${key}: ${written(flow || person.items.length === 0)}`)
      : replace(text, place, key, written(flow));
  const { [insteadOf]: _, ...rest } = recordOf(data[name]);
  return verified(edited, data, name, { ...rest, [key]: value });
}

type Data = Readonly<Record<string, unknown>>;

function read(text: string): { source: Source; data: Data } {
  const { source, value, problems } = parse("people.yaml", text);
  const [problem] = problems;
  if (problem !== undefined) throw new ProblemError(problem);
  return { source, data: recordOf(value) };
}

function recordOf(value: unknown): Data {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function personIn({ root }: Source, data: Data, name: string): Pairs {
  const pair = isMap<Node, Node | null>(root) ? root.items.find((item) => keyText(item) === name) : undefined;
  if (isMap<Node, Node | null>(pair?.value)) return pair.value;
  const near = nearest(name, Object.keys(data));
  const hint =
    pair === undefined && near !== undefined
      ? `did you mean ${near}?`
      : `write ${visible(name)}: {} into people.yaml first`;
  return fail("PERSON_UNKNOWN", `expected a person of people.yaml, got "${visible(name)}"`, { hint });
}

/** Puts a key and its value in the place of others. An absent value has an empty range behind the colon. */
function replace(text: string, pair: Pairs["items"][number], key: string, written: string): string {
  const [start, end] = pair.value?.range ?? [text.length, text.length];
  const value = start === end ? ` ${written}` : written;
  const lines = start < end && text[end - 1] === "\n" ? "\n" : "";
  const [from = 0, to = 0] = pair.key.range ?? [];
  return `${text.slice(0, from)}${key}${text.slice(to, start)}${value}${lines}${text.slice(end)}`;
}

/** Adds a pair at the start of a map in braces, or after the last line of another. */
function addKey(text: string, map: Pairs, pair: string): string {
  const [start = 0, end = text.length] = map.range ?? [];
  if (map.flow === true || map.items.length === 0) {
    const written = `${pair}${map.items.length > 0 ? ", " : ""}`;
    return `${text.slice(0, start + 1)}${written}${text.slice(start + 1)}`;
  }
  return addLine(text, end, `${indentAt(text, start)}${pair}`);
}

/** Adds a line behind the one in which a value ends, whatever else stands there. */
function addLine(text: string, end: number, line: string): string {
  const last = text[end - 1] === "\n" ? end - 1 : end;
  const next = text.indexOf("\n", last);
  if (next < 0) return `${text}\n${line}\n`;
  return `${text.slice(0, next + 1)}${line}\n${text.slice(next + 1)}`;
}

function indentAt(text: string, start: number): string {
  return " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
}

/** Plain where YAML reads it back as the same text, else in single quotes. */
function scalarText(value: string, flow: boolean): string {
  const plain = flow ? /^[A-Za-z$][A-Za-z0-9$+/=.@_ -]*$/ : /^[A-Za-z$][A-Za-z0-9$+/=.@_, -]*$/;
  return plain.test(value) && value === value.trim() ? value : `'${value.replaceAll("'", "''")}'`;
}

/** The new text, if reading it gives the old data with that one difference. */
function verified(edited: string, data: Data, name: string, person: Data): string {
  const { value, problems } = parse("people.yaml", edited);
  if (problems.length === 0 && isDeepStrictEqual(recordOf(value), { ...data, [name]: person })) return edited;
  return fail("PEOPLE_EDIT", `expected to change ${visible(name)} in people.yaml and nothing else`, {
    hint: "write the line by hand: freehold docs people shows it",
  });
}
