import { ProblemError, type ProblemRest, problem } from "../../../lib/problem.ts";
import type { Status } from "./status.ts";
import { ruleFor, type Task, thingOf, wordsOf } from "./task.ts";

/**
 * The problem that a cluster's `Status` means for a task.
 *
 * - `CLUSTER_REFUSED` who we are is not known or may not do that (401, 403).
 * - `OBJECT_CONFLICT` fields that somebody else manages, with his name; transient when it was only changed meanwhile.
 * - `OBJECT_EXISTS`, `OBJECT_MISSING`, `OBJECT_IMMUTABLE`, `OBJECT_INVALID`, `KIND_UNKNOWN`, `QUOTA_EXCEEDED`, `ADMISSION_REFUSED`.
 * - `NAMESPACE_ENDING` (transient) nothing new may come into a namespace that is being removed.
 * - `CLUSTER_BUSY`, `CLUSTER_FAILED` (transient) its own trouble. `LIST_EXPIRED` (transient) 410.
 */
export function refusal(task: Task, status: Status): ProblemError {
  const { code, reason, message } = status;
  if (code === 401) return unknownToCluster(task);
  if (code === 403) return forbidden(task, status);
  if (code === 404) return missing(task, status);
  if (code === 409) return conflict(task, status);
  if (code === 410)
    return made("LIST_EXPIRED", `the cluster no longer knows the version that ${wordsOf(task)} began with`, {
      kind: "transient",
    });
  if (code === 429) return made("CLUSTER_BUSY", `the cluster asks to ${wordsOf(task)} later`, { kind: "transient" });
  if (/admission webhook .* denied|ValidatingAdmissionPolicy .* denied/s.test(message))
    return notAdmitted(task, status);
  if (
    task.subresource === "log" &&
    code === 400 &&
    /waiting to start|is terminated|not found|not available/.test(message)
  )
    return made("CONTAINER_NOT_STARTED", `there is no log of ${thingOf(task)} yet: ${message}`, { kind: "waiting" });
  if (code === 422 && immutable.test(message))
    return made("OBJECT_IMMUTABLE", `${thingOf(task)} cannot be changed in place: ${spoken(task, status)}`, {
      detail: causesOf(task, status),
      hint: `it must be made anew: kubectl delete ${task.kind.plural} ${task.name ?? ""}${at(task)}`,
    });
  if (code < 500 || invalid.test(message))
    return made("OBJECT_INVALID", `the cluster does not take ${thingOf(task)}: ${spoken(task, status)}`, {
      detail: causesOf(task, status),
    });
  return made("CLUSTER_FAILED", `the cluster could not ${wordsOf(task)}: ${code} ${spoken(task, status) || reason}`, {
    kind: "transient",
  });
}

/** How the fields that can never change are refused; each kind has words of its own. */
const immutable =
  /immutable|updates to statefulset spec|may not change once set|may not be changed|forbidden: (only|updates)|field can not be (less|decreased)/i;

/** What is answered with 500 and does not pass: server-side apply's words on a schema, etcd's and its protocol's on size. */
const invalid =
  /failed to create typed patch object|failed to create manager|unknown field|strict decoding error|request is too large|message larger than max/;

function unknownToCluster(task: Task): ProblemError {
  return made("CLUSTER_REFUSED", `the cluster does not know who we are, so we may not ${wordsOf(task)}`, {
    got: "401",
    hint: "log in to the cluster again, or see the user in the kubeconfig: kubectl auth whoami",
  });
}

function forbidden(task: Task, status: Status): ProblemError {
  const { message, causes } = status;
  if (causes.some(({ reason }) => reason === "NamespaceTerminating"))
    return made("NAMESPACE_ENDING", `namespace ${task.namespace ?? ""} is being removed: ${thingOf(task)} must wait`, {
      kind: "transient",
    });
  if (/exceeded quota: /.test(message))
    return made("QUOTA_EXCEEDED", `${thingOf(task)} does not fit the quota: ${after(message, "exceeded quota: ")}`, {
      hint: `see what is used: kubectl describe resourcequota${at(task)}`,
    });
  const verb = / cannot (\S+) (?:resource|path) /.exec(message)?.[1];
  if (verb === undefined) return notAdmitted(task, status);
  const who = /User "([^"]+)"/.exec(message)?.[1] ?? "we";
  return made("CLUSTER_REFUSED", `${who} may not ${wordsOf({ ...task, verb })}`, {
    got: "403",
    hint: `allow it in a ${task.namespace === undefined ? "ClusterRole" : `Role of ${task.namespace}`}: ${ruleFor(task)}`,
  });
}

function notAdmitted(task: Task, status: Status): ProblemError {
  return made("ADMISSION_REFUSED", `the cluster does not admit ${thingOf(task)}: ${spoken(task, status)}`, {
    detail: causesOf(task, status),
    hint: "whoever runs the cluster set this rule: change what is refused, or ask for an exception",
  });
}

function missing(task: Task, status: Status): ProblemError {
  if (status.reason !== "NotFound" || status.name === "")
    return made("KIND_UNKNOWN", `the cluster has no ${task.kind.kind} of ${task.kind.apiVersion}`, {
      hint: `see what it has: kubectl api-resources | grep -i ${task.kind.plural}`,
    });
  const what =
    status.kind === "namespaces" && task.kind.plural !== "namespaces" ? `namespace ${status.name}` : thingOf(task);
  return made("OBJECT_MISSING", `expected ${what} to be there to ${wordsOf(task)}, got nothing`, { got: "404" });
}

function conflict(task: Task, status: Status): ProblemError {
  if (status.reason === "AlreadyExists")
    return made("OBJECT_EXISTS", `${thingOf(task)} is there already`, { got: "409" });
  const fields = status.causes.filter(({ reason }) => reason === "FieldManagerConflict");
  if (fields.length === 0)
    return made("OBJECT_CONFLICT", `${thingOf(task)} was changed by somebody else meanwhile`, {
      kind: "transient",
      got: "409",
    });
  const managers = [...new Set(fields.map(({ message }) => managerIn(message)))].sort();
  return made("OBJECT_CONFLICT", `${thingOf(task)}: ${managers.join(", ")} set fields that this site sets, too`, {
    got: "409",
    detail: fields.map(({ field, message }) => `${field} is managed by ${managerIn(message)}`),
    hint: `see who set what: kubectl get ${task.kind.plural} ${task.name ?? ""}${at(task)} --show-managed-fields -o yaml`,
  });
}

function managerIn(message: string): string {
  return /conflict with "([^"]*)"/.exec(message)?.[1] ?? message;
}

/** What the cluster says, unless it may repeat what is in a secret. */
function spoken(task: Task, { message }: Status): string {
  return task.kind.kind === "Secret" ? "(its words are left out: they may hold what is in the secret)" : message;
}

function causesOf(task: Task, { causes }: Status): readonly string[] {
  return causes.map(({ field, message }) => (task.kind.kind === "Secret" ? field : `${field}: ${message}`));
}

function after(text: string, mark: string): string {
  return text.slice(text.indexOf(mark) + mark.length);
}

function at({ namespace }: Task): string {
  return namespace === undefined ? "" : ` -n ${namespace}`;
}

function made(code: string, message: string, rest: ProblemRest): ProblemError {
  return new ProblemError(problem(code, message, rest));
}
