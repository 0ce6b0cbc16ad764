import { at, listAt, numberAt, parseJson, textAt } from "../../../lib/json.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { Snapshot, SnapshotWay } from "../../snapshots.ts";
import type { KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import type { Session } from "../session.ts";
import { labels, sharedMarks } from "../translate/marks.ts";
import type { StateUser } from "./state-user.ts";

const kind = "snapshot";

/** One volume as it was when a snapshot was taken. */
export type TakenVolume = {
  readonly claim: string;
  /** Nobody had used it yet, so there is no copy. */
  readonly empty: boolean;
  /** The size of what was in it. */
  readonly bytes: number;
  /** The claim itself, to be made anew. */
  readonly object: KubeObject;
  readonly user?: StateUser;
};

/** A snapshot with all that is needed to put it back. `milliseconds`: what copying took. */
export type TakenSnapshot = Snapshot & { readonly volumes: readonly TakenVolume[]; readonly milliseconds: number };

/** Writes down that a snapshot is whole: one that is not written down is none. */
export async function writeRecord({ client, site }: Session, taken: TakenSnapshot, signal: AbortSignal): Promise<void> {
  const { service, name, at: begun, way, bytes, volumes, milliseconds } = taken;
  const marks = sharedMarks(site, service);
  const record: KubeObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: recordName(name),
      namespace: namespaceOf(site, service),
      labels: { ...marks.labels, [labels.kind]: kind },
      annotations: marks.annotations,
    },
    data: {
      about: JSON.stringify({ name, at: begun, way, bytes, milliseconds }),
      volumes: JSON.stringify(volumes),
    },
  };
  await client.apply(record, { force: true, signal });
}

/** Every whole snapshot of a site, or of one service of it, by service, the newest first. */
export async function readRecords({ client, site }: Session, service?: string): Promise<readonly TakenSnapshot[]> {
  const where = service === undefined ? {} : { namespace: namespaceOf(site, service) };
  const of = service === undefined ? "" : `,${labels.service}=${service}`;
  const found: TakenSnapshot[] = [];
  const selection = { ...where, labels: `${labels.site}=${site},${labels.kind}=${kind}${of}` };
  for await (const record of client.list(objectKinds.configMap, selection)) {
    const taken = readRecord(record);
    if (taken !== undefined) found.push(taken);
  }
  return found.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : a.name < b.name ? 1 : -1));
}

/** Forgets a snapshot; its data is nobody's then. Fine when there is none. */
export async function removeRecord({ client, site }: Session, service: string, name: string): Promise<void> {
  const options = { propagation: "Background" } as const;
  await client.remove(objectKinds.configMap, namespaceOf(site, service), recordName(name), options);
}

function readRecord(record: KubeObject): TakenSnapshot | undefined {
  const about = parseJson(textAt(record, "data", "about"));
  const way = wayOf(textAt(about, "way"));
  const name = textAt(about, "name");
  if (way === undefined || name === "") return undefined;
  return {
    service: record.metadata.labels?.[labels.service] ?? "",
    name,
    at: numberAt(about, "at"),
    way,
    bytes: numberAt(about, "bytes"),
    milliseconds: numberAt(about, "milliseconds"),
    volumes: listAt(parseJson(textAt(record, "data", "volumes"))).flatMap(readVolume),
  };
}

function readVolume(value: unknown): TakenVolume[] {
  const [object, user] = [at(value, "object"), at(value, "user")];
  const claim = textAt(value, "claim");
  if (claim === "" || typeof object !== "object" || object === null) return [];
  const whose = { uid: numberAt(user, "uid"), gid: numberAt(user, "gid"), group: numberAt(user, "group") };
  return [
    {
      claim,
      empty: at(value, "empty") === true,
      bytes: numberAt(value, "bytes"),
      object: { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: claim }, ...object },
      ...(user === undefined ? {} : { user: whose }),
    },
  ];
}

function wayOf(text: string): SnapshotWay | undefined {
  return text === "atomic" || text === "reflink" || text === "copy" ? text : undefined;
}

/** Names of objects have no capitals; those in a snapshot's name are always in the same places. */
function recordName(name: string): string {
  return `snapshot-${name.toLowerCase()}`;
}
