import type { Api } from "./api.ts";
import type { ObjectKind } from "./object.ts";
import { withoutQuery } from "./path.ts";
import { refusal } from "./problems.ts";
import { readStatus } from "./status.ts";

/** The body of a plain GET of any path. */
export async function readPath(api: Api, path: string, signal?: AbortSignal): Promise<string> {
  const { status, body } = await api.ask({ method: "GET", path, signal });
  if (status < 400) return body;
  const kind: ObjectKind = { apiVersion: "v1", kind: "path", plural: withoutQuery(path), namespaced: false };
  throw refusal({ verb: "get", kind, name: withoutQuery(path) }, readStatus(status, body));
}
