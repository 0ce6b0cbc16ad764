import type { Step } from "../../plan/step.ts";
import { resourceOf } from "../../plan/summary.ts";
import type { Resource } from "../../resource/resource.ts";

/** What people know by name: containers, images, data that goes, certificates, objects that they wrote themselves. */
export function isTold(step: Step): boolean {
  const { kind } = resourceOf(step);
  if (kind === "volume") return step.action === "remove";
  return (
    kind === "container" ||
    kind === "image" ||
    kind === "manifest" ||
    (kind === "certificate" && step.action !== "remove")
  );
}

/** `image `, or the part's name where a service has several. */
export function thing(step: Step): string {
  const resource = resourceOf(step);
  if (resource.kind === "container") return partOf(resource);
  if (resource.kind === "manifest") return `${resource.object.kind} ${resource.object.metadata.name}: `;
  return resource.kind === "image" ? "image: " : "";
}

function partOf(resource: Extract<Resource, { kind: "container" }>): string {
  if (resource.service === "front") return "";
  const part = resource.part === resource.service ? "" : resource.part;
  const replica = resource.replica > 1 ? `${part === "" ? "" : " "}${resource.replica}` : "";
  return part + replica === "" ? "" : `${part}${replica}: `;
}

/** What is being done, as a short phrase. */
export function doing(step: Step): string {
  const resource = resourceOf(step);
  if (step.action === "remove") return `${thing(step)}${isRelieved(step) ? "the old one finishes" : "stopping"}`;
  switch (resource.kind) {
    case "image":
      return `${resource.source.from === "build" ? "making" : "fetching"} the image`;
    case "certificate":
      return `making the certificate for ${resource.names[0] ?? ""}`;
    case "manifest":
      return `${thing(step)}applying`;
    case "container":
      return `${thing(step)}${step.action === "create" ? "starting" : step.action === "replace" ? "replacing" : "updating"}`;
    default:
      return resource.kind;
  }
}

/** Whether another goes on in its place. */
function isRelieved(step: Extract<Step, { action: "remove" }>): boolean {
  return step.relievedBy !== undefined && step.relievedBy.length > 0;
}

/** What was done, as a short phrase. */
export function done(step: Step): string {
  const resource = resourceOf(step);
  switch (resource.kind) {
    case "image":
      return "image ready";
    case "certificate":
      return `certificate for ${resource.names.join(", ")}`;
    case "volume":
      return `state ${resource.name} deleted`;
    case "manifest":
      return `${thing(step)}${step.action === "remove" ? "deleted" : "applied"}`;
    case "container":
      if (step.action === "remove") return `${thing(step)}${isRelieved(step) ? "the old one has finished" : "stopped"}`;
      if (step.action === "update" && step.was.run?.state === "running" && step.was.amiss !== "unhealthy") {
        return `${thing(step)}took up its new settings`;
      }
      return `${thing(step)}${resource.check.ask.by === "running" ? "runs" : "healthy"}`;
    default:
      return resource.kind;
  }
}
