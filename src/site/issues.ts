import type { z } from "zod";
import { nearest, visible } from "../lib/text.ts";
import { type Mistake, type MistakeRest, shown, unexpected } from "./mistake.ts";
import type { Path } from "./path.ts";
import type { Refusal } from "./schema/leaf.ts";
import { elsewhere, notYet } from "./schema/not-yet.ts";
import type { SectionName } from "./schema/section-name.ts";

type Issue = z.core.$ZodIssue;

/** What zod found wrong with a value, in our words. */
export function mistakesOf(issues: readonly Issue[], value: unknown): Mistake[] {
  return issues.flatMap((issue) => mistakes(issue, [], value));
}

function mistakes(issue: Issue, above: Path, value: unknown): Mistake[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
  switch (issue.code) {
    case "custom":
      return [refused(path, refusalOf(issue.params), valueAt(value, path))];
    case "invalid_key":
      return issue.issues.flatMap((inner) =>
        inner.code === "custom" ? [{ ...refused(path, refusalOf(inner.params), path.at(-1)), at: "key" as const }] : [],
      );
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey([...path, key], key, issue.message));
    case "invalid_union":
      return union(issue, path, value);
    default:
      return [wrongForm(path, issue.message, valueAt(value, path))];
  }
}

/** Leaves put a {@link Refusal} there, and nobody else makes custom issues. */
function refusalOf(params: Record<string, unknown> | undefined): Refusal {
  const text = (key: string): string | undefined => {
    const value = params?.[key];
    return typeof value === "string" ? value : undefined;
  };
  return { code: "TYPE_WRONG", expected: text("expected") ?? "something else", ...params };
}

function refused(path: Path, refusal: Refusal, value: unknown): Mistake {
  const { code, expected, hint, secret } = refusal;
  const rest: MistakeRest = hint === undefined ? {} : { hint };
  if (code === "KEY_MISSING") {
    return { code, path, message: `expected ${String(path.at(-1))}: ${expected}`, expected, ...rest };
  }
  const got = refusal.got ?? (secret === true ? undefined : shown(value));
  if (code === "NOT_YET") {
    return { code, path, message: `expected ${expected}, got ${got}, which does not work yet`, expected, ...rest };
  }
  return unexpected(code, path, expected, { ...(got !== undefined && { got }), ...(secret && { secret }), ...rest });
}

function unknownKey(path: Path, key: string, message: string): Mistake {
  const [section = "", ...known] = message.split("\n");
  const name = sectionName(section);
  const later = name && notYet[name]?.get(key);
  const hint = "remove the line until it does";
  if (later !== undefined) {
    return { code: "NOT_YET", path, at: "key", message: `${key} (${later}) does not work yet`, hint };
  }
  const belongs = name && elsewhere[name]?.get(key);
  const got = key === "" ? "nothing" : shown(key).slice(1, -1);
  if (belongs !== undefined)
    return unexpected("KEY_MISPLACED", path, `a key of ${where(name)}`, { at: "key", got, hint: belongs });
  const near = nearest(key, known);
  const rest = near === undefined ? { hint: `${known.join(", ")} are known` } : { hint: `did you mean ${near}?` };
  return unexpected("KEY_UNKNOWN", path, `a key of ${where(name)}`, { at: "key", got, ...rest });
}

const places: Record<SectionName, string> = {
  site: "site.yaml",
  front: "front",
  engine: "engine",
  kubernetes: "kubernetes",
  sources: "sources",
  person: "a person",
  invitation: "invitation",
  service: "a service",
  part: "a part",
  port: "a port",
  exposure: "an entry of expose",
  health: "health",
  limits: "limits",
  people: "people",
  certificate: "certificate",
};

function where(name: SectionName | undefined): string {
  return name === undefined ? "the language" : places[name];
}

function sectionName(text: string): SectionName | undefined {
  return isSection(text) ? text : undefined;
}

function isSection(text: string): text is SectionName {
  return Object.hasOwn(places, text);
}

/** The problems of the form that was meant; when it looks like none of them, what they are. */
function union(issue: z.core.$ZodIssueInvalidUnion, path: Path, value: unknown): Mistake[] {
  const meant = issue.errors.find((errors) => !errors.some(isWrongForm));
  if (meant !== undefined) return meant.flatMap((inner) => mistakes(inner, path, value));
  return [wrongForm(path, issue.message, valueAt(value, path))];
}

function isWrongForm(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "custom") return issue.params?.form === true;
  if (issue.code === "invalid_union") return issue.errors.every((errors) => errors.some(isWrongForm));
  return issue.code === "invalid_type";
}

/** A container's message is its expected form and perhaps a hint, a line each; see `schema/form.ts`. */
function wrongForm(path: Path, message: string, value: unknown): Mistake {
  const [expected = "", hint] = message.split("\n");
  if (value === undefined) return refused(path, { code: "KEY_MISSING", expected, ...(hint && { hint }) }, value);
  const asList = expected.startsWith("a list") && (typeof value === "string" || typeof value === "number");
  const help = asList && hint === undefined ? `write a list: [${visible(String(value)).slice(0, 60)}]` : hint;
  return unexpected("TYPE_WRONG", path, expected, { got: shown(value), ...(help !== undefined && { hint: help }) });
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return undefined;
    current = Object.entries(current).find(([key]) => key === String(step))?.[1];
  }
  return current;
}
