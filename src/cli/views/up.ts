import type { Outcome } from "../../converge/converge.ts";
import { urlsOf } from "../../observe/urls.ts";
import { stepId } from "../../plan/step.ts";
import { resourceOf } from "../../plan/summary.ts";
import type { Site } from "../../site/site.ts";
import { lackOf, lackText } from "../credentials.ts";
import { type Line, type Text, tone } from "../span.ts";
import type { SupervisorStart } from "../supervisor.ts";
import { table } from "../table.ts";
import { wrap } from "../width.ts";
import { count, listed } from "../words.ts";

/** What `up` did. */
export type UpView = {
  readonly site: Site;
  readonly host: string;
  readonly outcomes: readonly Outcome[];
  readonly broken: readonly string[];
  readonly supervisor: SupervisorStart;
};

/** How it went, where to go, and what to do next. */
export function upText(view: UpView, columns: number): Text {
  const { site, outcomes, supervisor } = view;
  const failed = failedServices(outcomes);
  return [
    ...(outcomes.length === 0 ? [] : [""]),
    ...verdict(view, columns),
    ...(supervisor.state === "failed"
      ? wrap(`Nobody watches over ${site.name}: ${supervisor.why}. It runs, but what stops stays stopped.`, columns)
      : []),
    ...(outcomes.length === 0 ? [] : whereToGo(site, failed)),
    ...next(view, failed).flatMap((line): Line[] => ["", line]),
  ];
}

/** The same for programs. */
export function upJson({ site, host, outcomes, broken, supervisor }: UpView): object {
  return {
    site: site.name,
    host,
    broken,
    supervisor: supervisor.state,
    steps: outcomes.map(({ step, result, problem, milliseconds }) => ({
      action: step.action,
      id: stepId(step),
      result,
      milliseconds,
      problem:
        problem === undefined ? null : { code: problem.code, message: problem.message, hint: problem.hint ?? null },
    })),
    addresses: Object.fromEntries(site.services.map((service) => [service.name, urlsOf(service, site.front)])),
  };
}

function verdict({ site, host, outcomes, broken }: UpView, columns: number): Text {
  const held =
    broken.length === 0
      ? ""
      : ` ${listed(broken)} ${broken.length === 1 ? "is" : "are"} left as before: freehold check says why.`;
  if (outcomes.length === 0) return wrap(`${site.name} on ${host}: nothing to change.${held}`, columns);
  const all = new Set(outcomes.map(({ step }) => resourceOf(step).service));
  const undone = new Set(outcomes.flatMap(({ step, result }) => (result === "done" ? [] : [resourceOf(step).service])));
  if (undone.size === 0) return wrap(`${count(all.size, "change")} done.${held}`, columns);
  const names = [...undone].map((name) => (name === "front" ? "the front door" : name));
  return wrap(
    `${all.size - undone.size} of ${count(all.size, "change")} done; not done: ${listed(names)}.${held}`,
    columns,
  );
}

function failedServices(outcomes: readonly Outcome[]): ReadonlySet<string> {
  return new Set(outcomes.flatMap(({ step, result }) => (result === "failed" ? [resourceOf(step).service] : [])));
}

function whereToGo(site: Site, failed: ReadonlySet<string>): Text {
  const rows = site.services
    .filter(({ name }) => !failed.has(name))
    .flatMap((service) =>
      urlsOf(service, site.front).map((address, index) => [index === 0 ? tone("strong", service.name) : "", address]),
    );
  return rows.length === 0 ? [] : ["", ...table(rows, "  ")];
}

function next({ site, outcomes, broken, supervisor }: UpView, failed: ReadonlySet<string>): Line[] {
  if (supervisor.state === "interrupted") return ["next: freehold up completes it"];
  if (supervisor.state === "goes on") return ["The supervisor goes on with it; freehold down stops everything."];
  const [bad] = [...failed].filter((name) => name !== "front");
  if (broken.length > 0) return ["next: freehold check"];
  if (bad !== undefined) return [`next: freehold logs ${bad}`];
  if (failed.size > 0) return ["next: freehold doctor"];
  const lack = lackOf(site);
  if (lack !== undefined && outcomes.length > 0) return [lackText(lack, site)];
  const isFirst = outcomes.some(({ step }) => step.action === "create" && resourceOf(step).service === "front");
  return isFirst ? ["next: freehold trust, so that browsers know the certificates"] : [];
}
