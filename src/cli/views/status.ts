import type { FullDisk } from "../../observe/full-disks.ts";
import type { PartStatus, ServiceStatus, SiteStatus, State } from "../../observe/status.ts";
import { type Line, type Span, type Text, tone } from "../span.ts";
import { table } from "../table.ts";
import { count, listed, size } from "../words.ts";
import { earlierRemedy, earlierText } from "./earlier.ts";

/** How a site is, and what stands round it. */
export type StatusView = {
  readonly host: string;
  readonly status: SiteStatus;
  /** Bytes by service. */
  readonly memory: ReadonlyMap<string, number>;
  /** Disks without room for the state of services. */
  readonly full: readonly FullDisk[];
  /** What the person last asked for. */
  readonly wanted: "running" | "stopped" | "never";
  /** Whether somebody watches over it. */
  readonly supervised: boolean;
  /** Whether its files say something else than what was last brought up. */
  readonly pending: boolean;
  /** Services whose files have errors. */
  readonly broken: readonly string[];
  /** People who have not set a password yet, and whether their invitation still works. */
  readonly invited: readonly { readonly name: string; readonly state: "open" | "over" }[];
  /** Other sites that run here and came from the same directory. */
  readonly earlier: readonly string[];
};

/** Is all well, and if not, what to do: a headline, a line per service, the next step. */
export function statusText(view: StatusView): Text {
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
  return [
    `${status.name} on ${host} · ${headline(services)}${front.length === 0 ? "" : ", no front door"}`,
    ...(services.length === 0 ? [] : ["", ...serviceLines(view)]),
    ...(front.length === 0
      ? []
      : ["", ...front.map((part) => ["  ", mark(part.state), ` front door: ${words(part)}`])]),
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
  const { host, status, memory, full, wanted, supervised, pending, broken, invited, earlier } = view;
  return {
    site: status.name,
    host,
    wanted,
    supervised,
    pending,
    broken,
    invited,
    earlier,
    services: status.services.map((service) => ({ ...service, memory: memory.get(service.name) ?? 0 })),
    front: status.front,
    fullDisks: full,
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

function serviceLines({ status, memory }: StatusView): Line[] {
  const rows = status.services.map(({ name, state, urls, to, held, elsewhere, parts }): Span[] => [
    tone("strong", name),
    mark(state),
    urls[0] ?? "",
    to === "nobody" ? "" : to,
    elsewhere ? "elsewhere" : memoryWords(memory.get(name)),
    held ? "its file has problems" : state === "healthy" ? again(sum(parts)) : "",
  ]);
  const lines = table(rows, "  ");
  return status.services.flatMap((service, index): Line[] => [
    lines[index] ?? "",
    ...service.urls.slice(1).map((url) => `      ${url}`),
    ...troubled(service.parts).map((part): Line => {
      const name = service.parts.length > 1 ? `${part.name}: ` : "";
      return ["      ", tone(part.state === "starting" ? "warn" : "bad", `${name}${words(part)}`)];
    }),
  ]);
}

function memoryWords(bytes: number | undefined): string {
  return bytes === undefined || bytes === 0 ? "" : size(bytes);
}

function mark(state: State): Span {
  if (state === "healthy") return tone("good", "✔");
  return state === "starting" ? tone("warn", "…") : tone("bad", "✖");
}

function troubled(parts: readonly PartStatus[]): readonly PartStatus[] {
  return parts.filter(({ state }) => state !== "healthy");
}

function words({ state, detail, restarts }: PartStatus): string {
  const what = `${state}${detail === undefined ? "" : `: ${detail}`}`;
  return restarts === 0 ? what : `${what}, ${again(restarts)}`;
}

/** What the supervisor had to do, which matters also when all is well again. */
function again(restarts: number): string {
  return restarts === 0 ? "" : `started again ${count(restarts, "time")}`;
}

function sum(parts: readonly PartStatus[]): number {
  return parts.reduce((all, { restarts }) => all + restarts, 0);
}

/** It was never there, or ended without a word of what was the matter. */
function isSilent({ parts }: ServiceStatus): boolean {
  return parts.every(({ state, detail, restarts }) => state === "stopped" && detail === undefined && restarts === 0);
}

function nextOfStopped({ status, earlier: [earlier] }: StatusView): Text {
  if (status.services.length === 0) return ["next: freehold add"];
  return [`next: ${earlier === undefined ? "" : `${earlierRemedy(earlier)}, then `}freehold up`];
}

function next({ status, full: [full], supervised, pending, broken, earlier: [earlier] }: StatusView): Text {
  const [front] = troubled(status.front);
  const bad = status.services.find(({ state }) => state === "unhealthy" || state === "stopped");
  if (broken.length > 0) return [`next: freehold check (${listed(broken)})`];
  if (pending) return ["next: freehold plan (the files changed since the last up)"];
  if (full !== undefined) return [`next: make room on that disk (df -h ${full.path})`];
  if (bad !== undefined) return [`next: freehold ${isSilent(bad) ? "up" : `logs ${bad.name}`}`];
  if (front !== undefined) return [`next: freehold ${front.detail === undefined ? "up" : "logs front"}`];
  if (!supervised) return ["next: freehold up"];
  if (earlier !== undefined) return [`next: ${earlierRemedy(earlier)}`];
  return status.services.length === 0 ? ["next: freehold add"] : ["Nothing to do."];
}
