import { at, listAt, parseJson, textAt } from "../../../lib/json.ts";
import { fail, type ProblemError } from "../../../lib/problem.ts";
import type { Api } from "./api.ts";
import type { ListOptions } from "./client.ts";
import type { KubeObject, ObjectKind } from "./object.ts";
import { collectionPath, withQuery } from "./path.ts";
import { refusal } from "./problems.ts";
import { readObject } from "./read-object.ts";
import { readStatus } from "./status.ts";
import { type Task, wordsOf } from "./task.ts";

/** Objects in one page, see docs/decisions/0027-own-kubernetes-client.md */
const usualPage = 500;

/** How often a list may become too old before it is given up. */
const mostExpiries = 5;

/** One page, and where the next one is. */
type Page = { readonly items: readonly unknown[]; readonly next: string; readonly version: string };

/** The list became too old; `next` is where it can be gone on from all the same, empty for nowhere. */
type Expired = { readonly expired: ProblemError; readonly next: string };

/**
 * All objects, page by page. When the cluster no longer knows the list that a page belongs to (410), it goes on from there as things are
 * now, by the token that comes with it, or else begins again and leaves out what was given: pages are in order of namespace and name.
 */
export async function* listObjects(api: Api, kind: ObjectKind, options: ListOptions): AsyncGenerator<KubeObject> {
  let given = "";
  let skipTo = "";
  let next = "";
  for (let expiries = 0; ; ) {
    const page = await pageOf(api, kind, options, next);
    if ("expired" in page) {
      expiries += 1;
      if (expiries >= mostExpiries) throw page.expired;
      next = page.next;
      if (next === "") skipTo = given;
      continue;
    }
    for (const item of page.items) {
      const object = readObject(item, kind);
      given = `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
      if (skipTo === "" || given > skipTo) yield object;
    }
    next = page.next;
    if (next === "") return;
  }
}

/** The version at which a list of these objects would be now. */
export async function versionOf(api: Api, kind: ObjectKind, options: ListOptions): Promise<string> {
  const page = await pageOf(api, kind, { ...options, limit: 1 }, "");
  if ("expired" in page) throw page.expired;
  return page.version;
}

async function pageOf(api: Api, kind: ObjectKind, options: ListOptions, next: string): Promise<Page | Expired> {
  const { namespace, labels, fields, limit = usualPage, signal } = options;
  const task: Task = { verb: "list", kind, namespace };
  const path = withQuery(collectionPath(kind, namespace), {
    limit,
    labelSelector: labels,
    fieldSelector: fields,
    continue: next === "" ? undefined : next,
  });
  const { status, body } = await api.ask({ method: "GET", path, signal });
  if (status >= 400) {
    const said = readStatus(status, body);
    const problem = refusal(task, said);
    if (status === 410) return { expired: problem, next: said.continueToken };
    throw problem;
  }
  return pageIn(body, task);
}

function pageIn(body: string, task: Task): Page {
  const value = parseJson(body);
  if (!Array.isArray(at(value, "items")) && at(value, "items") !== null)
    fail("CLUSTER_FAILED", `expected a list from the cluster to ${wordsOf(task)}, got something else`, {
      kind: "transient",
    });
  return {
    items: listAt(value, "items"),
    next: textAt(value, "metadata", "continue"),
    version: textAt(value, "metadata", "resourceVersion"),
  };
}
