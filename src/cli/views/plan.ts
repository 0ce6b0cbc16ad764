import type { HeldBackServices } from "../../ledger/held.ts";
import type { Leaving } from "../../observe/leaving.ts";
import { urlsOf } from "../../observe/urls.ts";
import type { Plan } from "../../plan/step.ts";
import { stepId } from "../../plan/step.ts";
import type { ServiceChange, Summary } from "../../plan/summary.ts";
import type { Site } from "../../site/site.ts";
import { type Line, type Span, spansOf, type Text, type Tone, tone } from "../span.ts";
import { widthOf, wrap } from "../width.ts";
import { count } from "../words.ts";
import { leavingText } from "./origin.ts";

/** A plan and what stands round it. */
export type PlanView = {
  readonly host: string;
  /** The site that is to be. */
  readonly site: Site;
  /** Services whose files have errors. */
  readonly broken: readonly string[];
  /** Services that went wrong before and are not tried again. */
  readonly heldBack?: HeldBackServices;
  readonly plan: Plan;
  readonly summary: Summary;
  /** State that is in nobody's use once this is done; `now` in milliseconds since the epoch. */
  readonly leaving?: { readonly state: readonly Leaving[]; readonly now: number };
};

const tones: Record<ServiceChange["action"], Tone> = { create: "good", update: "warn", replace: "warn", remove: "bad" };

/** What will change, a service at a time: what, and what it means for those who use it. */
export function planText(view: PlanView, columns: number): Text {
  const { host, site, broken, summary } = view;
  const back = keptBack(view);
  const { changes, unchanged, certificates } = summary;
  const name = Math.max(
    0,
    ...[...changes.map(({ service }) => named(service)), ...broken, ...back.map(named)].map(widthOf),
  );
  const left = broken.map((service): Line => {
    const runs = site.services.some((known) => known.name === service);
    return `  ${service.padEnd(name)}  -        ${runs ? "left as it runs" : "not brought up"}: its file has problems`;
  });
  const held = [
    ...left,
    ...back.map((service): Line => `  ${named(service).padEnd(name)}  -        held back until its file changes`),
  ];
  const rest = [
    ...(unchanged > 0 ? [`${unchanged} unchanged.`] : []),
    ...(certificates > 0 ? [`Certificates: ${certificates} new.`] : []),
  ].join(" ");
  const kept = view.leaving === undefined ? [] : leavingText(view.leaving.state, view.leaving.now, columns - 2);
  const leaving = kept.length === 0 ? [] : ["", ...kept.map((line): Line => ["  ", ...spansOf(line)])];
  if (changes.length + held.length === 0) return [`${site.name} on ${host}: nothing to change.`, ...leaving];
  return [
    `${site.name} on ${host}, ${count(new Set([...site.services.map((service) => service.name), ...broken]).size, "service")}`,
    "",
    ...changes.flatMap((change) => changeLines(change, site, name, columns)),
    ...held,
    ...(rest === "" ? [] : ["", `  ${rest}`]),
    ...leaving,
  ];
}

/** The same for programs: a line per service, and every step with its reasons. */
export function planJson(view: PlanView): object {
  const { host, site, broken, plan, summary, leaving } = view;
  return {
    ...summary,
    host,
    ...(leaving && { leaving: leaving.state }),
    services: site.services.map(({ name }) => name),
    broken,
    heldBack: keptBack(view),
    steps: plan.steps
      .filter(({ action }) => action !== "keep")
      .map((step) => ({ action: step.action, id: stepId(step), because: step.because })),
  };
}

/** `vault    create    https://…, private`: what on the left, its risk beside it, or below where both do not fit. */
function changeLines(change: ServiceChange, site: Site, name: number, columns: number): Line[] {
  const { service, action, risk } = change;
  const head: Span[] = [
    `  ${named(service)}${" ".repeat(name - widthOf(named(service)))}  `,
    tone(tones[action], action.padEnd(7)),
    "  ",
  ];
  const indent = " ".repeat(name + 13);
  const room = Math.max(20, columns - indent.length);
  const what = whatOf(change, site).join(", ");
  const gap = what === "" || risk === "" ? "" : "   ";
  if (widthOf(what + gap + risk) <= room) return [[...head, what, gap, tone("dim", risk)]];
  const lines = [...wrap(what, room), ...wrap(risk, room).map((line) => tone("dim", line))];
  return lines.map((line, index): Line => (index === 0 ? [...head, line] : [indent, line]));
}

/** Of a service that comes, where it will be found counts; images made here and each certificate are nobody's business. */
function whatOf({ service, action, what }: ServiceChange, site: Site): readonly string[] {
  const told = toldPhrases(what);
  if (service === "front") return action === "create" ? ["the one way in from outside"] : told;
  const found = action === "create" ? site.services.find(({ name }) => name === service) : undefined;
  if (found === undefined) return told;
  const urls = urlsOf(found, site.front).slice(0, 2);
  const to = found.expose.some((exposure) => exposure.to === "public") ? "public" : "private";
  return [...urls, ...(urls.length > 0 ? [to] : []), ...told];
}

/** What a person may have chosen: not the images that are made here, and not each certificate. */
export function toldPhrases(what: readonly string[]): readonly string[] {
  return what.filter((phrase) => !/^localhost\/|^certificate for /.test(phrase));
}

/** What runs on as it was applied: it is not what its file says. */
function keptBack({ heldBack = {} }: PlanView): readonly string[] {
  return Object.keys(heldBack).filter((name) => heldBack[name]?.runs === "old" && heldBack[name].until === "changed");
}

function named(service: string): string {
  return service === "front" ? "front door" : service;
}
