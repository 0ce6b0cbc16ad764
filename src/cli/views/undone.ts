import type { ChangeEvent } from "../../controller/change.ts";
import { type Line, type Text, tone } from "../span.ts";
import { wrap } from "../width.ts";
import { duration } from "../words.ts";
import { nameColumn, nameWidth } from "./name-column.ts";

/** How it ended with a service that did not become what it was to be. */
export type Undone = Extract<ChangeEvent, { readonly at: "undone" }>;

/** What became of a service that went back: its version, its state, how long it was away. */
export function undoneText({ service, touched, stateOf, away }: Undone, columns: number): Text {
  const state = stateOf === undefined ? "" : `, with its data of ${timeOf(stateOf)}`;
  const gap = away === undefined ? "" : `; it was away for ${duration(away)}`;
  const words = touched
    ? `the old version is back${state}${gap}`
    : `nothing of it was changed: the old version runs on${gap}`;
  return wrap(words, Math.min(columns, 80) - 4 - nameWidth).map(
    (line, index): Line =>
      index === 0 ? ["  ", tone("warn", "↩"), ` ${nameColumn(service)}${line}`] : `${" ".repeat(15)}${line}`,
  );
}

/** A time of day where this machine is: `21:04:11`. */
function timeOf(milliseconds: number): string {
  const time = new Date(milliseconds);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}
