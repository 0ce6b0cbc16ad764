import { type JsonObject, jsonObjectOf } from "../../lib/json-value.ts";
import { type Mistake, type MistakeRest, shown, unexpected } from "../mistake.ts";
import type { Path } from "../path.ts";
import type { SiteCode } from "../problem-codes.ts";
import type { WrittenObject } from "../schema/manifests.ts";
import type { RawObject } from "../site.ts";
import { isClusterWide } from "./cluster-wide.ts";

/** Members of metadata that the cluster alone writes. */
const clustersOwn = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

const without = "freehold puts it into the namespace of its service";

/** An object that a person wrote, checked as far as that can be done without a cluster; or everything that is wrong with it. */
export function checkManifest(written: WrittenObject, at: Path): RawObject | readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const wrong = (code: SiteCode, path: Path, expected: string, rest: MistakeRest = {}): void => {
    mistakes.push(unexpected(code, [...at, ...path], expected, rest));
  };
  const object = jsonObjectOf(written);
  if (object === undefined) {
    wrong("MANIFEST_INVALID", [], "an object that JSON can say", { got: ".nan or .inf" });
    return mistakes;
  }
  const { apiVersion, kind, metadata } = object;
  if (typeof apiVersion !== "string" || !/^(?:[a-z0-9.-]{1,253}\/)?v[a-z0-9]{1,60}$/.test(apiVersion))
    wrong("MANIFEST_INVALID", ["apiVersion"], "apiVersion such as v1 or apps/v1", { got: shown(apiVersion) });
  else if (typeof kind !== "string" || !/^[A-Z][A-Za-z0-9]{0,62}$/.test(kind))
    wrong("MANIFEST_INVALID", ["kind"], "a kind such as ConfigMap", { got: shown(kind) });
  else if (kind === "List" && apiVersion === "v1")
    wrong("MANIFEST_INVALID", ["kind"], "one object", { got: "a List", hint: "write its items one by one" });
  else if (isClusterWide(kind, apiVersion))
    wrong("MANIFEST_CLUSTER_WIDE", ["kind"], "an object of a namespace", {
      got: `a ${kind}, which belongs to the whole cluster`,
      hint: "remove it here and give it to the cluster yourself: kubectl apply -f FILE",
    });
  else if (kind === "Secret" && apiVersion === "v1" && (isFull(object.data) || isFull(object.stringData)))
    wrong("MANIFEST_SECRET", ["kind"], "no open secret in the site's files", {
      got: "a Secret with values",
      hint: "keep the value sealed: freehold secrets set NAME",
      secret: true,
    });
  else {
    const named = namedObject(object, apiVersion, kind, metadata, wrong);
    if (named !== undefined && mistakes.length === 0) return named;
  }
  return mistakes;
}

type Wrong = (code: SiteCode, path: Path, expected: string, rest?: MistakeRest) => void;

/** The object without what merely says that something is not known yet: `creationTimestamp: null`, `status: {}`. */
function namedObject(
  object: JsonObject,
  apiVersion: string,
  kind: string,
  metadata: JsonObject[string] | undefined,
  wrong: Wrong,
): RawObject | undefined {
  const known = jsonObjectOf(metadata);
  const name = known?.name;
  if (known === undefined || typeof name !== "string" || !isName(name)) {
    wrong("MANIFEST_INVALID", ["metadata", "name"], "metadata.name: the object's name", { got: shown(name) });
    return undefined;
  }
  if (known.namespace !== undefined)
    wrong("MANIFEST_NAMESPACE", ["metadata", "namespace"], "no namespace", {
      got: shown(known.namespace),
      hint: `remove the line: ${without}`,
    });
  const theirs = clustersOwn.filter((key) => known[key] !== undefined && known[key] !== null);
  for (const key of theirs)
    wrong("MANIFEST_INVALID", ["metadata", key], `no ${key}, which the cluster writes itself`, {
      hint: "remove the line",
    });
  if (isFull(object.status))
    wrong("MANIFEST_INVALID", ["status"], "no status, which the cluster writes itself", { hint: "remove it" });
  for (const key of [known.labels, known.annotations].flatMap((map) => Object.keys(jsonObjectOf(map) ?? {})))
    if (key.startsWith("freehold.dev/"))
      wrong("MANIFEST_INVALID", ["metadata"], "no labels and annotations of freehold's own", {
        got: key,
        hint: "remove the line",
      });
  const { status: _status, ...rest } = object;
  const kept = Object.entries(known).filter(([key]) => !clustersOwn.includes(key));
  return { ...rest, apiVersion, kind, metadata: { ...Object.fromEntries(kept), name } };
}

/** A name as the path of a URL bears it; the cluster knows what else each kind asks of its names. */
function isName(text: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9.:_-]{0,251}[A-Za-z0-9])?$/.test(text);
}

/** Whether there is something in a map. */
function isFull(value: JsonObject[string] | undefined): boolean {
  return value !== undefined && value !== null && Object.keys(value).length > 0;
}
