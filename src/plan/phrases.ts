import type { Change, Step } from "./step.ts";
import { short } from "./words.ts";

/**
 * What one step means, in short phrases of a person's words. `service` is what happens to the whole service: of one that
 * comes only what matters is told, of one that goes nothing more.
 */
export function phrases(step: Step, service: "create" | "update" | "replace" | "remove"): readonly string[] {
  if (service === "remove") return step.action === "remove" ? ["was removed from the site"] : [];
  if (step.action === "create")
    return step.because.changes.length === 0 ? created(step.resource) : step.because.changes.flatMap(phrase);
  if (step.action === "remove") return step.relievedBy?.length === 1 ? [] : removed(step.was.resource);
  if (step.action === "keep") return [];
  if (step.because.reason !== undefined) return [reason(step)];
  if (step.resource.kind === "file") return ["files"];
  if (step.resource.kind === "image") return []; // its containers tell
  if (step.resource.kind === "secret") return step.because.changes.flatMap(secretPhrase);
  if (step.resource.kind === "manifest") return step.because.changes.length === 0 ? [] : [spokenObject(step.resource)];
  return step.because.changes.flatMap(phrase);
}

/** Which secret has another value; which ones a container gets, and where, is told by the container. */
function secretPhrase({ path, from, to }: Change): readonly string[] {
  if (path.startsWith("keys.")) return ["who may open its secrets"];
  return path.startsWith("entries.") && from === undefined && to === undefined
    ? [`secret ${path.slice("entries.".length)} changed`]
    : [];
}

type Busy = Extract<Step, { action: "update" | "replace" | "keep" }>;

function reason({ because, resource }: Busy): string {
  const subject = resource.kind === "certificate" ? `certificate of ${resource.names[0] ?? ""}: ` : "";
  return `${subject}${because.reason ?? ""}`;
}

function created(resource: Busy["resource"]): readonly string[] {
  if (resource.kind === "container")
    return [resource.replica > 1 ? `replica ${resource.replica}` : short(resource.image)];
  if (resource.kind === "volume") return [`state ${resource.name}`];
  if (resource.kind === "certificate") return [`certificate for ${short(resource.names.join(", "))}`];
  if (resource.kind === "manifest") return [spokenObject(resource)];
  return resource.kind === "link" ? [`reach ${destination(resource)}`] : [];
}

function removed(resource: Busy["resource"]): readonly string[] {
  if (resource.kind === "container")
    return [`without ${resource.replica > 1 ? `replica ${resource.replica}` : resource.part}`];
  if (resource.kind === "volume") return [`state ${resource.name} is deleted`];
  if (resource.kind === "manifest") return [`without ${spokenObject(resource)}`];
  return resource.kind === "link" ? [`no reach ${destination(resource)}`] : [];
}

/** An object that a person wrote, as kubectl names it: `ConfigMap extra`. */
function spokenObject({ object }: Extract<Busy["resource"], { kind: "manifest" }>): string {
  return short(`${object.kind} ${object.metadata.name}`);
}

/** As a line of `reach` says it: `calendar:5232`, `internet`. */
function destination({ id, to, port }: Extract<Busy["resource"], { kind: "link" }>): string {
  const place = "zone" in to ? to.zone : (id.split("/")[2] ?? "");
  return port === undefined ? place : `${place}:${port}`;
}

/** One difference: `memory 256M → 512M`; of an image only what differs; nothing for what no person chose. */
function phrase({ path, from, to }: Change): readonly string[] {
  if (/^(network|users|hosts|slot|owner|resolves|handsTo|secrets\.(digest|source))\b/.test(path)) return [];
  const name = nameOf(path);
  if (from === undefined && to === undefined) return [path.startsWith("env.") ? `${name} changed` : name];
  if (path === "image" && from !== undefined && to !== undefined) return [`image ${imageChange(from, to)}`];
  if (from === undefined) return [`${name} ${to}`];
  return [to === undefined ? `no ${name}` : `${name} ${from} → ${to}`];
}

function nameOf(path: string): string {
  const digest = /^mounts\.(.*)\.digest$/.exec(path);
  if (digest !== null) return `content of ${digest[1]}`;
  const secret = /^secrets\.(?:variables|files)\.(.*)$/.exec(path);
  if (secret !== null) return `secret ${secret[1]}`;
  return path.replace(/^(limits|content\.entries)\./, "").replace(/^(env|check|mounts|reload)\./, "$1 ");
}

/** Of two versions of one image the versions; a digest, and one that freehold built, mean nothing to a person. */
function imageChange(from: string, to: string): string {
  const split = /^(?<name>[^@]*?)(?::(?<tag>[^:/@]+))?(?:@(?<digest>.*))?$/;
  const old = split.exec(from)?.groups;
  const next = split.exec(to)?.groups;
  if (old?.name === undefined || old.name !== next?.name) return `${withoutDigest(from)} → ${withoutDigest(to)}`;
  if (old.name.startsWith("localhost/")) return "is built anew";
  if (old.tag !== next.tag) return `${old.tag ?? "latest"} → ${next.tag ?? "latest"}`;
  return old.digest === undefined || next.digest === undefined
    ? `${next.tag ?? "latest"} ${next.digest === undefined ? "is pinned no more" : "is pinned"}`
    : `${next.tag ?? "latest"} is another one under the same tag`;
}

function withoutDigest(image: string): string {
  return image.replace(/@.*$/, "");
}
