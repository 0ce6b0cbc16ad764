import { size } from "../lib/text.ts";
import { takesOver } from "../resource/beside.ts";
import type { PlannedSnapshot, Step } from "./step.ts";

/** Seconds that a container usually takes from its end to its successor's first answer. */
const usual = 2;

/**
 * What a change means for those who use a service, as a phrase. `service` is `front` for the front door; `snapshot` is the copy of its
 * state that is made first.
 */
export function riskOf(
  service: string,
  action: "create" | "update" | "replace" | "remove",
  steps: readonly Step[],
  snapshot?: PlannedSnapshot,
): string {
  if (action === "create") return "";
  if (action === "remove") return dataRisk(steps);
  const gone = steps.filter((step) => isContainer(step) && isAway(step));
  const lost = steps.some((step) => step.action === "remove" && step.was.resource.kind === "volume");
  const ending = lost ? "its data is deleted" : copyOf(snapshot);
  if (gone.length > 0) {
    const without = service === "front" ? "any service from outside" : service;
    return `about ${usual * gone.length + copying(snapshot)} s without ${without}; ${ending}`;
  }
  if (steps.some((step) => isRelief(step) || isTakeover(step)))
    return lost ? `no gap; ${ending}` : "no gap: the new one starts first";
  if (steps.some(isDown)) return `it starts again; ${ending}`;
  if (steps.some((step) => isContainer(step) && step.action === "update" && step.was.amiss === "unhealthy")) {
    return `it is restarted; ${ending}`;
  }
  return lost ? ending : "no gap";
}

/** Seconds that a copy keeps its service waiting. */
function copying(snapshot: PlannedSnapshot | undefined): number {
  return snapshot === undefined || snapshot.way === "atomic" ? 0 : Math.ceil(snapshot.milliseconds / 1000);
}

function copyOf(snapshot: PlannedSnapshot | undefined): string {
  return snapshot?.way === "copy" ? `its state, ${size(snapshot.bytes)}, is copied first` : "nothing is lost";
}

function dataRisk(steps: readonly Step[]): string {
  const volumes = steps.filter(
    (step) => (step.action === "create" ? step.resource : step.was.resource).kind === "volume",
  );
  if (volumes.some(({ action }) => action === "remove")) return "its data is deleted";
  return volumes.length > 0 ? "its data is kept" : "it keeps no data";
}

/** Whether a container is away for a while, or for good, by a step about it. Who is relieved answers until another does. */
export function isAway(step: Step): boolean {
  if (step.action === "remove") return step.relievedBy === undefined;
  return step.action === "replace" && step.relieves === undefined && !isTakeover(step);
}

/** Whether the old one runs until the new one answers, which has the same id. One whose network is made anew goes with that. */
export function isTakeover(step: Step): boolean {
  if (step.action !== "replace" || step.because.changes.length === 0) return false;
  return step.was.run?.state === "running" && takesOver(step.was.resource, step.resource);
}

function isRelief(step: Step): boolean {
  return step.action === "remove" && (step.relievedBy?.length ?? 0) > 0;
}

function isContainer(step: Step): boolean {
  return (step.action === "create" ? step.resource : step.was.resource).kind === "container";
}

function isDown(step: Step): boolean {
  return step.action === "update" && step.was.run?.state === "stopped";
}
