import { parseJson } from "../../../lib/json.ts";
import { fail, ProblemError } from "../../../lib/problem.ts";
import type { Api } from "./api.ts";
import type { ApplyOptions, PatchOptions, PatchType, RemoveOptions, WriteOptions } from "./client.ts";
import type { KubeObject, ObjectKind } from "./object.ts";
import { collectionPath, objectPath, type Query, withQuery } from "./path.ts";
import { refusal } from "./problems.ts";
import { readObject } from "./read-object.ts";
import { readStatus } from "./status.ts";
import { thingOf } from "./task.ts";

/** Whose fields ours are. */
const ourManager = "freehold";

const patchTypes: Record<PatchType, string> = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

/** Where an object is. */
export type Place = { readonly kind: ObjectKind; readonly namespace?: string | undefined; readonly name: string };

/**
 * A version that no object of a cluster has: etcd counts from 1, and had written others before. Who applies it says that nothing may be there: to what
 * is, any version but its own is a conflict (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions).
 */
const noVersion = "1";

/** Server-side apply, see https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
export async function applyObject(
  api: Api,
  kind: ObjectKind,
  object: KubeObject,
  options: ApplyOptions,
): Promise<KubeObject> {
  const { name, namespace } = object.metadata;
  const path = withQuery(objectPath(kind, namespace, name), { force: options.force, ...queryOf(options) });
  const { onlyNew, signal } = options;
  const metadata = onlyNew === true ? { ...object.metadata, resourceVersion: noVersion } : object.metadata;
  const body = JSON.stringify({ ...object, metadata });
  const type = "application/apply-patch+yaml"; // JSON is YAML, and read faster
  const task = { verb: "patch", verbs: ["create", "patch"], kind, namespace, name }; // what is not there yet is created
  try {
    return readObject(await api.value(task, { method: "PATCH", path, body, type, signal }), kind);
  } catch (thrown) {
    if (onlyNew !== true || !isConflict(thrown)) throw thrown;
    return fail("OBJECT_EXISTS", `${thingOf(task)} is there already`, { got: "409", cause: thrown });
  }
}

function isConflict(thrown: unknown): boolean {
  return thrown instanceof ProblemError && thrown.problem.code === "OBJECT_CONFLICT";
}

/** Makes an object that must not be there yet. */
export async function createObject(
  api: Api,
  kind: ObjectKind,
  object: KubeObject,
  options: WriteOptions,
): Promise<KubeObject> {
  const { name, namespace } = object.metadata;
  const path = withQuery(collectionPath(kind, namespace), queryOf(options));
  const value = await api.value(
    { verb: "create", kind, namespace, name },
    { method: "POST", path, body: JSON.stringify(object), signal: options.signal },
  );
  return readObject(value, kind);
}

/** Changes a part of an object. */
export async function patchObject(
  api: Api,
  { kind, namespace, name }: Place,
  body: unknown,
  type: PatchType,
  options: PatchOptions,
): Promise<KubeObject> {
  const { subresource, signal } = options;
  const path = withQuery(objectPath(kind, namespace, name, subresource), queryOf(options));
  const value = await api.value(
    { verb: "patch", kind, namespace, name, subresource },
    { method: "PATCH", path, body: JSON.stringify(body), type: patchTypes[type], signal },
  );
  return readObject(value, kind);
}

/** Asks for an object to go. One that is gone, or another of its name, is fine. */
export async function removeObject(api: Api, { kind, namespace, name }: Place, options: RemoveOptions): Promise<void> {
  const { uid, grace, propagation, dryRun, signal } = options;
  const body = JSON.stringify({
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: propagation,
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(uid === undefined ? {} : { preconditions: { uid } }),
    ...(dryRun === true ? { dryRun: ["All"] } : {}),
  });
  const answer = await api.ask({ method: "DELETE", path: objectPath(kind, namespace, name), body, signal });
  if (answer.status < 400) return;
  const status = readStatus(answer.status, answer.body);
  if (answer.status === 404 && status.name !== "") return;
  if (answer.status === 409 && uid !== undefined && (await uidOf(api, { kind, namespace, name }, signal)) !== uid)
    return;
  throw refusal({ verb: "delete", kind, namespace, name }, status);
}

/** An object as it is now. */
export async function getObject(
  api: Api,
  { kind, namespace, name }: Place,
  signal?: AbortSignal,
): Promise<KubeObject | undefined> {
  const answer = await api.ask({ method: "GET", path: objectPath(kind, namespace, name), signal });
  if (answer.status < 400) return readObject(parseJson(answer.body), kind);
  const status = readStatus(answer.status, answer.body);
  if (answer.status === 404 && status.name !== "") return undefined;
  throw refusal({ verb: "get", kind, namespace, name }, status);
}

async function uidOf(api: Api, place: Place, signal: AbortSignal | undefined): Promise<string | undefined> {
  return (await getObject(api, place, signal))?.metadata.uid;
}

function queryOf({ dryRun, manager }: WriteOptions & { readonly manager?: string }): Query {
  return {
    fieldManager: manager ?? ourManager,
    fieldValidation: "Strict",
    dryRun: dryRun === true ? "All" : undefined,
  };
}
