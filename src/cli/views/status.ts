import type { FullDisk } from "../../observe/full-disks.ts";
import type { Leaving } from "../../observe/leaving.ts";
import type { Origin } from "../../observe/origin.ts";
import type { PartStatus, ServiceStatus, SiteStatus, State } from "../../observe/status.ts";
import type { Volume } from "../../resource/kinds/volume.ts";
import type { Pending } from "../pending.ts";
import { type Line, type Span, type Text, tone, wordsOf } from "../span.ts";
import { table } from "../table.ts";
import type { Use } from "../use.ts";
import { widthOf } from "../width.ts";
import { count, duration, listed, size } from "../words.ts";
import { earlierRemedy, earlierText } from "./earlier.ts";
import { leavingText, lostText, originJson, originRemedy, originText } from "./origin.ts";

/** How a site is, and what stands round it. */
export type StatusView = {
  readonly host: string;
  readonly status: SiteStatus;
  /** What each service takes of the machine. */
  readonly use: ReadonlyMap<string, Use>;
  /** The nodes that each service is on, where there is more than this machine. */
  readonly nodes?: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Disks without room for the state of services. */
  readonly full: readonly FullDisk[];
  /** What the person last asked for. */
  readonly wanted: "running" | "stopped" | "never";
  /** Whether somebody watches over it. */
  readonly supervised: boolean;
  /** What its files say that was not brought up; undefined: nothing. */
  readonly pending: Pending | undefined;
  /** Services whose files have errors. */
  readonly broken: readonly string[];
  /** People who have not set a password yet, and whether their invitation still works. */
  readonly invited: readonly { readonly name: string; readonly state: "open" | "over" }[];
  /** Other sites that run here and came from the same directory. */
  readonly earlier: readonly string[];
  /** The commit that it runs by, and what did not come through. */
  readonly origin: Origin;
  /** State that was there and is not any more. */
  readonly lost: readonly Volume[];
  /** State that is kept for a while only. */
  readonly leaving: readonly Leaving[];
};

/** Is all well, and if not, what to do: a headline, a line per service, the next step. Addresses get lines of their own where the columns do not suffice. */
export function statusText(view: StatusView, columns: number): Text {
  const earlier = view.earlier.length === 0 ? [] : ["", ...earlierText(view.earlier)];
  const { status, host, wanted } = view;
  const { services } = status;
  if (wanted !== "running") {
    const what = wanted === "never" ? "never brought up here" : "stopped; its data is kept";
    return [
      `${status.name} on ${host} · ${count(services.length, "service")} · ${what}`,
      ...earlier,
      "",
      ...nextOfStopped(view),
    ];
  }
  const front = troubled(status.front);
  const origin = originText(view.origin, view.now, columns);
  const leaving = leavingText(view.leaving, view.now, columns);
  return [
    `${status.name} on ${host} · ${headline(services)}${front.length === 0 ? "" : ", no front door"}`,
    ...(services.length === 0 ? [] : ["", ...serviceLines(view, columns)]),
    ...(front.length === 0
      ? []
      : ["", ...front.map((part) => ["  ", mark(part.state), ` front door: ${words(part, view.now)}`])]),
    ...(origin.length === 0 ? [] : ["", ...origin]),
    ...(leaving.length === 0 ? [] : ["", ...leaving]),
    ...view.lost.flatMap((volume): Line[] => ["", ...lostText(volume, columns)]),
    ...view.full.flatMap(fullLines),
    ...(view.invited.length === 0 ? [] : ["", ...view.invited.map(invitedWords)]),
    ...(view.supervised ? [] : ["", "Nobody watches over it: what stops stays stopped."]),
    ...earlier,
    "",
    ...next(view),
  ];
}

/** The same for programs. */
export function statusJson(view: StatusView): object {
  const { host, status, use, full, wanted, supervised, pending, broken, invited, earlier } = view;
  return {
    site: status.name,
    host,
    wanted,
    supervised,
    pending: pending !== undefined,
    broken,
    invited,
    earlier,
    services: status.services.map((service) => ({
      ...service,
      ...(use.get(service.name) ?? { memory: 0, cpu: 0 }),
      ...(view.nodes && { nodes: view.nodes.get(service.name) ?? [] }),
    })),
    front: status.front,
    fullDisks: full,
    ...originJson(view.origin),
    leaving: view.leaving,
    lost: view.lost.map(({ id }) => id),
  };
}

function invitedWords({ name, state }: StatusView["invited"][number]): string {
  const rest = state === "open" ? "" : `, and the invitation is over: freehold invite ${name}`;
  return `${name} has not set a password yet${rest}`;
}

function fullLines({ services, left, path }: FullDisk): readonly Line[] {
  return ["", tone("bad", `The disk with the state of ${listed(services)} is full, ${size(left)} left: ${path}`)];
}

function headline(services: readonly ServiceStatus[]): string {
  const states = Map.groupBy(services, ({ state }) => state);
  const order: readonly State[] = ["unhealthy", "stopped", "starting", "healthy"];
  const counts = order.flatMap((state) => {
    const number = states.get(state)?.length ?? 0;
    return number === 0 ? [] : [`${number} ${state}`];
  });
  if (services.length === 0) return "no services yet";
  const [only] = counts;
  return counts.length === 1 && only !== undefined
    ? `${count(services.length, "service")} ${only.replace(/^\d+ /, "")}`
    : `${count(services.length, "service")}: ${counts.join(", ")}`;
}

function serviceLines(view: StatusView, columns: number): Line[] {
  const wide = rowsOf(view, "beside");
  if (wide.every((line) => widthOf(wordsOf(line)) <= columns)) return under(view, wide, 1);
  return under(view, rowsOf(view, "below"), 0);
}

/** A line for each service; its first address stands beside the rest or below. */
function rowsOf({ status, use }: StatusView, address: "beside" | "below"): Line[] {
  const rows = status.services.map(({ name, state, urls, to, elsewhere }): Span[] => [
    tone("strong", name),
    mark(state),
    ...(address === "beside" ? [urls[0] ?? ""] : []),
    to === "nobody" ? "" : to,
    ...(elsewhere ? ["elsewhere", ""] : useWords(use.get(name))),
  ]);
  return table(rows, "  ");
}

/** The lines, each with what has no room in it: further addresses, what is the matter, what was. */
function under({ status, now, nodes }: StatusView, lines: readonly Line[], shown: number): Line[] {
  return status.services.flatMap(({ name, urls, parts, held }, index): Line[] => {
    const on = nodes?.get(name) ?? [];
    const named = (part: PartStatus, text: string): string => `${parts.length > 1 ? `${part.name}: ` : ""}${text}`;
    return [
      lines[index] ?? "",
      ...urls.slice(shown).map((url) => `      ${url}`),
      ...(on.length === 0 ? [] : [["      ", tone("dim", `on ${listed(on)}`)]]),
      ...(held ? ["      its file has problems"] : []),
      ...parts.flatMap((part): Line[] => {
        if (part.state !== "healthy")
          return [["      ", tone(part.state === "starting" ? "warn" : "bad", named(part, words(part, now)))]];
        const past = pastOf(part, now);
        return past === "" ? [] : [["      ", tone("dim", named(part, past))]];
      }),
    ];
  });
}

function useWords(use: Use | undefined): [Span, Span] {
  if (use === undefined || use.memory === 0) return ["", ""];
  return [size(use.memory), percent(use.cpu)];
}

/** Of one processor: `0.3 % CPU`, `140 % CPU`. */
function percent(cpu: number): string {
  const figure = cpu * 100;
  return `${figure === 0 ? "0" : figure.toFixed(figure < 9.95 ? 1 : 0)} % CPU`;
}

function mark(state: State): Span {
  if (state === "healthy") return tone("good", "✔");
  return state === "starting" ? tone("warn", "…") : tone("bad", "✖");
}

function troubled(parts: readonly PartStatus[]): readonly PartStatus[] {
  return parts.filter(({ state }) => state !== "healthy");
}

function words(part: PartStatus, now: number): string {
  const { state, detail } = part;
  const isTold = detail !== undefined && part.trouble?.what.includes(detail) === true;
  const past = pastOf(isTold ? { restarts: part.restarts } : part, now);
  return `${state}${detail === undefined ? "" : `: ${detail}`}${past === "" ? "" : `; ${past}`}`;
}

/** What was the matter and what the supervisor did, which matters also when all is well again: `2 h ago: stopped; started again 1 time`. */
function pastOf({ trouble, restarts }: Pick<PartStatus, "trouble" | "restarts">, now: number): string {
  const what = trouble === undefined ? [] : [`${ago(now - trouble.at)}: ${trouble.what}`];
  return [...what, ...(restarts === 0 ? [] : [`started again ${count(restarts, "time")}`])].join("; ");
}

function ago(milliseconds: number): string {
  return milliseconds < 1000 ? "just now" : `${duration(milliseconds)} ago`;
}

/** It was never there, or ended without a word of what was the matter. */
function isSilent({ parts }: ServiceStatus): boolean {
  return parts.every(({ state, detail, restarts }) => state === "stopped" && detail === undefined && restarts === 0);
}

function nextOfStopped({ status, earlier: [earlier] }: StatusView): Text {
  if (status.services.length === 0) return ["next: freehold add"];
  return [`next: ${earlier === undefined ? "" : `${earlierRemedy(earlier)}, then `}freehold up`];
}

function next(view: StatusView): Text {
  const {
    status,
    full: [full],
    supervised,
    pending,
    broken,
    earlier: [earlier],
  } = view;
  const remedy = originRemedy(view.origin);
  const [front] = troubled(status.front);
  const bad = status.services.find(({ state }) => state === "unhealthy" || state === "stopped");
  if (broken.length > 0) return [`next: freehold check (${listed(broken)})`];
  if (pending !== undefined) return [`next: ${pending.command} (${pending.what})`];
  if (remedy !== undefined) return [`next: ${remedy}`];
  if (full !== undefined) return [`next: make room on that disk (df -h ${full.path})`];
  if (bad !== undefined) return [`next: freehold ${isSilent(bad) ? "up" : `logs ${bad.name}`}`];
  if (front !== undefined) return [`next: freehold ${front.detail === undefined ? "up" : "logs front"}`];
  if (!supervised) return ["next: freehold up"];
  if (earlier !== undefined) return [`next: ${earlierRemedy(earlier)}`];
  return status.services.length === 0 ? ["next: freehold add"] : ["Nothing to do."];
}
