import type { Change } from "../../controller/change.ts";
import type { Outcome } from "../../converge/converge.ts";
import type { Entry, Result } from "../../ledger/journal.ts";
import type { Problem } from "../../lib/problem.ts";
import { urlsOf } from "../../observe/urls.ts";
import { stepId } from "../../plan/step.ts";
import { resourceOf } from "../../plan/summary.ts";
import type { Site } from "../../site/site.ts";
import { lackOf, lackText } from "../credentials.ts";
import type { Entrance } from "../entrance.ts";
import { type Line, type Text, tone } from "../span.ts";
import type { SupervisorStart } from "../supervisor.ts";
import { table } from "../table.ts";
import { wrap } from "../width.ts";
import { count, listed } from "../words.ts";
import { entranceText } from "./entrance.ts";

/** What `up` did. */
export type UpView = {
  readonly site: Site;
  readonly host: string;
  readonly change: Change;
  readonly broken: readonly string[];
  readonly supervisor: SupervisorStart;
  /** Where the world enters, for a site that is not entered by this machine itself. */
  readonly entrance?: Entrance;
};

/** How it went, where to go, and what to do next. */
export function upText(view: UpView, columns: number): Text {
  const { site, change, supervisor } = view;
  const { outcomes } = change;
  const failed = servicesThat(change, ["failed"]);
  return [
    ...(outcomes.length === 0 ? [] : [""]),
    ...verdict(view, columns),
    ...heldText(change).flatMap((line) => wrap(line, columns)),
    ...(supervisor.state === "failed"
      ? wrap(`Nobody watches over ${site.name}: ${supervisor.why}. It runs, but what stops stays stopped.`, columns)
      : []),
    ...(outcomes.length === 0 ? [] : whereToGo(site, failed)),
    ...(view.entrance === undefined ? [] : entranceText(view.entrance, site, columns)),
    ...(supervisor.state === "cluster" && isFirstUp(outcomes) ? ["", ...wrap(keptByCluster, columns)] : []),
    ...next(view, failed).flatMap((line): Line[] => ["", line]),
  ];
}

/** The same for programs. */
export function upJson({ site, host, change, broken, supervisor, entrance }: UpView): object {
  return {
    site: site.name,
    host,
    broken,
    supervisor: supervisor.state,
    ...(entrance && { entrance }),
    services: change.entry?.services ?? {},
    heldBack: Object.keys(change.heldBack),
    steps: change.outcomes.map(({ step, result, problem, milliseconds }) => ({
      action: step.action,
      id: stepId(step),
      result,
      milliseconds,
      problem: problem === undefined ? null : problemJson(problem),
    })),
    addresses: Object.fromEntries(site.services.map((service) => [service.name, urlsOf(service, site.front)])),
  };
}

function problemJson({ code, message, hint, place }: Problem): object {
  return { code, message, hint: hint ?? null, file: place?.file ?? null, line: place?.line ?? null };
}

function verdict({ site, host, change, broken }: UpView, columns: number): Text {
  const held =
    broken.length === 0
      ? ""
      : ` ${listed(broken)} ${broken.length === 1 ? "is" : "are"} left as before: freehold check says why.`;
  const { entry, outcomes } = change;
  const tried = entry === undefined ? touchedBy(outcomes) : triedIn(entry.services);
  if (tried.size === 0) return wrap(`${site.name} on ${host}: nothing to change.${held}`, columns);
  const undone = entry === undefined ? undoneBy(outcomes) : servicesThat(change, ["failed", "undone", "kept-back"]);
  const missed = [...undone].filter((name) => tried.has(name));
  if (missed.length === 0) return wrap(`${count(tried.size, "change")} done.${held}`, columns);
  const names = missed.map((name) => (name === "front" ? "the front door" : name));
  return wrap(
    `${tried.size - missed.length} of ${count(tried.size, "change")} done; not done: ${listed(names)}.${held}`,
    columns,
  );
}

/** The services that this change was about; those that are only held back from before are not. */
function triedIn(services: Entry["services"]): ReadonlySet<string> {
  const tried = Object.entries(services).filter(([, { result, what }]) => result !== "kept-back" || what.length > 0);
  return new Set(tried.map(([name]) => name));
}

function touchedBy(outcomes: readonly Outcome[]): ReadonlySet<string> {
  return new Set(outcomes.map(({ step }) => resourceOf(step).service));
}

function undoneBy(outcomes: readonly Outcome[]): ReadonlySet<string> {
  return touchedBy(outcomes.filter(({ result }) => result !== "done"));
}

function servicesThat({ entry, outcomes }: Change, results: readonly Result[]): ReadonlySet<string> {
  if (entry === undefined) return touchedBy(outcomes.filter(({ result }) => result === "failed"));
  const found = Object.entries(entry.services).filter(([, { result }]) => results.includes(result));
  return new Set(found.map(([name]) => name));
}

/** What does not run as its file says, and until when. */
function heldText({ heldBack }: Change): readonly string[] {
  const held = Object.entries(heldBack).filter(([, { runs }]) => runs === "old");
  const until = (word: "changed" | "next"): readonly string[] =>
    held.flatMap(([name, one]) => (one.until === word ? [name === "front" ? "the front door" : name] : []));
  return [
    ...saidOf(
      until("changed"),
      "held at its old version until its file changes",
      "held at their old versions until their files change",
    ),
    ...saidOf(
      until("next"),
      "left at its old version; the next change tries again",
      "left at their old versions; the next change tries again",
    ),
  ];
}

function saidOf(names: readonly string[], one: string, more: string): readonly string[] {
  return names.length === 0 ? [] : [`${listed(names)} ${names.length === 1 ? `is ${one}` : `are ${more}`}.`];
}

function whereToGo(site: Site, failed: ReadonlySet<string>): Text {
  const rows = site.services
    .filter(({ name }) => !failed.has(name))
    .flatMap((service) =>
      urlsOf(service, site.front).map((address, index) => [index === 0 ? tone("strong", service.name) : "", address]),
    );
  return rows.length === 0 ? [] : ["", ...table(rows, "  ")];
}

function next({ site, change, broken, supervisor }: UpView, failed: ReadonlySet<string>): Line[] {
  const { outcomes } = change;
  const [undone] = servicesThat(change, ["undone"]);
  if (supervisor.state === "interrupted") return ["next: freehold up completes it"];
  if (supervisor.state === "goes on") return ["The supervisor goes on with it; freehold down stops everything."];
  const [bad] = [...failed].filter((name) => name !== "front");
  if (broken.length > 0) return ["next: freehold check"];
  if (bad !== undefined) return [`next: freehold logs ${bad}`];
  if (undone !== undefined && undone !== "front") return [`next: freehold logs ${undone} --failed`];
  if (failed.size > 0) return ["next: freehold doctor"];
  const lack = lackOf(site);
  if (lack !== undefined && outcomes.length > 0) return [lackText(lack, site)];
  return isFirstUp(outcomes) ? ["next: freehold trust, so that browsers know the certificates"] : [];
}

const keptByCluster =
  "The cluster keeps it running; nothing of it stays on this machine. Certificates are renewed by freehold up, or by a controller in the cluster: freehold install.";

/** Whether the front door came with this change. */
function isFirstUp(outcomes: readonly Outcome[]): boolean {
  return outcomes.some(
    ({ step, result }) => step.action === "create" && result === "done" && stepId(step) === "container/front/haproxy",
  );
}
