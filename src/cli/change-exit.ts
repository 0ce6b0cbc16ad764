import type { Change } from "../controller/change.ts";
import { isRenewal } from "../plan/renewal.ts";
import type { Context } from "./command.ts";

/** 0 all done, 1 nothing of it, 3 a part, or all but certificates that are due and services that are held back or whose files have errors. */
export function changeExit({ signal }: Pick<Context, "signal">, change: Change, broken: readonly string[]): number {
  if (signal.aborted) return 130;
  const tried = Object.values(change.entry?.services ?? {}).filter(({ what }) => what.length > 0);
  const done = tried.filter(({ result }) => result === "done").length;
  if (tried.length > 0 && done === 0) return 1;
  const isHeld = Object.values(change.heldBack).some(({ runs }) => runs === "old");
  const isDue = change.outcomes.some(({ step, result }) => result === "failed" && isRenewal(step));
  return done < tried.length || isHeld || isDue || broken.length > 0 ? 3 : 0;
}
