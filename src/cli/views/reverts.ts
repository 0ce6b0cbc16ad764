import type { RevertOffer } from "../../ledger/way-back.ts";
import type { Text } from "../span.ts";
import { wrap } from "../width.ts";
import { clockOf } from "./logs.ts";

/** What plain reverts have not brought back, and how it comes back; nothing when there is nothing. */
export function revertText(offers: readonly RevertOffer[], zone: string, columns: number): Text {
  return offers.flatMap(({ service, at, command }) => [
    "",
    ...wrap(
      `git revert took files back, not data: ${service} has what it has now. Its data of ${clockOf(zone).format(at).slice(0, 16)} is kept, and comes back with:`,
      columns,
    ),
    `  ${command}`,
  ]);
}
