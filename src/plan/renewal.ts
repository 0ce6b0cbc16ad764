import type { Step } from "./step.ts";

/**
 * Whether a step only renews a certificate in its time: if it fails, the one that is there goes on being used, so nothing needs
 * to wait for it. A wrong clock must not keep a front door closed.
 */
export function isRenewal(step: Step): boolean {
  if (step.action !== "update" || step.resource.kind !== "certificate") return false;
  return ["renewal due", "not valid yet"].includes(step.because.reason ?? "");
}
