import type { Plan } from "../../plan/step.ts";
import { stepId } from "../../plan/step.ts";
import type { ServiceChange, Summary } from "../../plan/summary.ts";
import { type Line, type Span, type Text, type Tone, tone } from "../span.ts";
import { widthOf, wrap } from "../width.ts";
import { count } from "../words.ts";

/** A plan and what stands round it. */
export type PlanView = {
  readonly host: string;
  /** How many services the site has. */
  readonly services: number;
  /** Services whose files have errors. */
  readonly broken: readonly string[];
  readonly plan: Plan;
  readonly summary: Summary;
};

const tones: Record<ServiceChange["action"], Tone> = { create: "good", update: "warn", replace: "warn", remove: "bad" };

/** What will change, a service at a time: what, and what it means for those who use it. */
export function planText({ host, services, broken, summary }: PlanView, columns: number): Text {
  const { site, changes, unchanged, certificates } = summary;
  const name = Math.max(0, ...changes.map(({ service }) => widthOf(named(service))));
  const held = broken.map((service): Line => `  ${service}  left as it runs: its file has problems`);
  const rest = [
    ...(unchanged > 0 ? [`${unchanged} unchanged.`] : []),
    ...(certificates > 0 ? [`Certificates: ${certificates} new.`] : []),
  ].join(" ");
  return [
    `${site} on ${host}, ${count(services, "service")}`,
    "",
    ...changes.flatMap((change) => changeLines(change, name, columns)),
    ...held,
    ...(changes.length + held.length > 0 && rest !== "" ? [""] : []),
    ...(rest === "" ? [] : [`  ${rest}`]),
  ];
}

/** The same for programs: a line per service, and every step with its reasons. */
export function planJson({ host, services, broken, plan, summary }: PlanView): object {
  return {
    ...summary,
    host,
    services,
    broken,
    steps: plan.steps
      .filter(({ action }) => action !== "keep")
      .map((step) => ({ action: step.action, id: stepId(step), because: step.because })),
  };
}

/** `vault    create    https://…    asks for …`: what on the left, its risk beside it or below. */
function changeLines({ service, action, what, risk }: ServiceChange, name: number, columns: number): Line[] {
  const head: Span[] = [
    `  ${named(service)}${" ".repeat(name - widthOf(named(service)))}  `,
    tone(tones[action], action.padEnd(7)),
    "  ",
  ];
  const indent = " ".repeat(name + 13);
  const room = Math.max(20, columns - indent.length);
  const whole = what.join(", ");
  const both = risk === "" ? whole : `${whole}${whole === "" ? "" : "   "}${risk}`;
  if (widthOf(both) <= room) {
    return [[...head, whole, tone("dim", both.slice(whole.length))]];
  }
  const lines = [...wrap(whole, room).map((line): Span => line), ...wrap(risk, room).map((line) => tone("dim", line))];
  return lines.map((line, index) => (index === 0 ? [...head, line] : [indent, line]));
}

function named(service: string): string {
  return service === "front" ? "front door" : service;
}
