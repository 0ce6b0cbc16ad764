import type { Mistake } from "../mistake.ts";
import type { ServiceFile } from "../schema/service.ts";
import type { Exposure, Part, Port, Service } from "../site.ts";
import type { Source } from "../source.ts";
import type { Trees } from "../trees.ts";
import { assembleCertificate } from "./certificate.ts";
import type { Draft, Report, Written } from "./draft.ts";
import { assembleExposures } from "./exposures.ts";
import { type SourceKey, sourceKey } from "./kind.ts";
import { assembleManifests } from "./manifests.ts";
import { assemblePart, assembleStatic } from "./part.ts";
import { severalParts } from "./parts.ts";
import { assembleRecords } from "./records.ts";
import { askedSecrets } from "./secrets.ts";

/** What a service's file is read into. */
export type Assembling = {
  readonly name: string;
  readonly source: Source;
  readonly file: ServiceFile;
  /** False when keys with problems were left out of `file`. */
  readonly whole: boolean;
  /** The site's domains, its own first; none when site.yaml is broken. */
  readonly domains: readonly string[];
  readonly trees: Trees;
};

/** What cannot be said of a service while some of its keys are broken. */
const dependent = new Set([
  "SOURCE_MISSING",
  "EXPOSE_NO_PORT",
  "EXPOSE_PART_NEEDED",
  "EXPOSE_PART_UNKNOWN",
  "HEALTH_NO_PORT",
  "CERTIFICATE_NAMES",
]);

/** A service with its defaults, everything that is wrong with it by itself, and what is to be compared with others. */
export async function assembleService(assembling: Assembling): Promise<Draft> {
  const { name, source, file, whole, domains, trees } = assembling;
  const mistakes: Mistake[] = [];
  const report: Report = (mistake) => {
    if (whole || !dependent.has(mistake.code)) mistakes.push(mistake);
  };
  const kind = sourceKey(file, report);
  const parts = await assembleParts(name, file, kind, trees, report);
  const stage = file.stage ?? "live";
  if (stage === "extended")
    report({
      code: "NOT_YET",
      path: ["stage"],
      message: "extended asks for a login, which does not work yet",
      hint: "write stage: live and expose: private",
    });
  const exposures = exposuresOf(assembling, kind, stage, report);
  if ((file.replicas ?? 1) > 1 && keepsState(file))
    report({
      code: "REPLICAS_STATE",
      path: ["replicas"],
      message: "expected one replica of a service that keeps state, got more",
      hint: "remove replicas, or state",
    });
  const manifests = await assembleManifests(file, { name, parts }, trees, report);
  const hosts = exposures.map(({ value }) => value.host);
  const records = assembleRecords(file.records, domains, report);
  const service: Service = {
    name,
    title: file.title ?? name,
    stage,
    parts: withCertificates(parts, assembling, hosts, report),
    ...(kind === "parts" && { order: Object.keys(file.parts ?? {}) }),
    ...(kind === "external" && file.external !== undefined && { external: file.external }),
    expose: exposures.map(({ value }) => value),
    reach: [],
    replicas: file.replicas ?? 1,
    update: file.update ?? "minor",
    records: records.map(({ value }) => value),
    ...(manifests.length > 0 && { manifests }),
  };
  const reach = (file.reach ?? []).map((value, index) => ({ value, path: ["reach", index] }));
  const published = publishedPorts(service, file, report);
  return { source, service, whole, exposures, published, reach, secrets: askedSecrets(file), records, mistakes };
}

async function assembleParts(
  name: string,
  file: ServiceFile,
  kind: SourceKey | undefined,
  trees: Trees,
  report: Report,
): Promise<Part[]> {
  if (kind === "static" && file.static !== undefined) {
    const part = await assembleStatic(name, { ...file, static: file.static }, trees, report);
    return part === undefined ? [] : [part];
  }
  if (kind === "parts") return await severalParts(file, trees, report);
  if (kind !== "image" && kind !== "build") return [];
  const part = await assemblePart(name, file, [], trees, report);
  return part === undefined ? [] : [part];
}

/** The parts with their certificates, whose names may come from the service's hosts. */
function withCertificates(
  parts: readonly Part[],
  { name, file, domains }: Assembling,
  hosts: readonly string[],
  report: Report,
): Part[] {
  const several = new Map(Object.entries(file.parts ?? {}));
  return parts.map((part) => {
    const written = several.get(part.name);
    const path = [...(written === undefined ? [] : ["parts", part.name]), "certificate"];
    const certificate = assembleCertificate((written ?? file).certificate, { name, hosts, domains }, path, report);
    return certificate === undefined ? part : { ...part, certificate };
  });
}

function exposuresOf(
  { name, file, domains }: Assembling,
  kind: SourceKey | undefined,
  stage: string,
  report: Report,
): Written<Exposure>[] {
  const parts =
    kind === "parts" ? Object.entries(file.parts ?? {}) : kind === "external" ? [] : [[name, file] as const];
  const web = parts.filter(([, part]) => part.port !== undefined).map(([part]) => part);
  return assembleExposures(
    file.expose,
    {
      name,
      stage,
      external: kind === "external",
      parts: parts.map(([part]) => part),
      web: kind === "static" ? [name] : web,
      hasPorts: parts.some(([, part]) => Object.keys(part.ports ?? {}).length > 0),
      domains,
    },
    report,
  );
}

function keepsState(file: ServiceFile): boolean {
  return [file, ...Object.values(file.parts ?? {})].some((part) => Object.keys(part.state ?? {}).length > 0);
}

/** What the front door offers of it beside HTTP: every port of a service that is exposed and runs. */
function publishedPorts(service: Service, file: ServiceFile, report: Report): Written<Port>[] {
  if (file.expose === undefined || service.stage === "retired") return [];
  const single = file.parts === undefined;
  return service.parts.flatMap((part) =>
    part.ports.flatMap((port) => {
      const path = [...(single ? [] : ["parts", part.name]), "ports", port.name];
      if (port.protocol === "tcp") return [{ value: port, path }];
      report({
        code: "NOT_YET",
        path: [...path, "protocol"],
        message: "the front door does not publish udp yet, and this service is exposed",
        hint: "remove expose, or this port",
      });
      return [];
    }),
  );
}
