import { clip, pad, widthOf } from "../width.ts";

/** Columns of the service's name before what is told of it. */
export const nameWidth = 12;

/** A service's name as wide as the others, a long one cut. */
export function nameColumn(service: string): string {
  const name = service === "front" ? "front door" : service;
  return widthOf(name) < nameWidth - 1 ? pad(name, nameWidth - 1) : `${clip(name, nameWidth - 2)} `;
}
