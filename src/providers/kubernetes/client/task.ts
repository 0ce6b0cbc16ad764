import type { ObjectKind } from "./object.ts";

/** What a request is for, in the words of RBAC; for problems. */
export type Task = {
  /** `get`, `list`, `watch`, `create`, `patch`, `delete`. */
  readonly verb: string;
  /** All verbs that it takes, where one is not enough. */
  readonly verbs?: readonly string[];
  readonly kind: ObjectKind;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** `exec`, `log`, `scale`. */
  readonly subresource?: string | undefined;
};

/** The thing that a task is about: `Deployment blog in home-blog`. */
export function thingOf({ kind, name, namespace }: Task): string {
  return `${kind.kind}${name === undefined ? "" : ` ${name}`}${namespace === undefined ? "" : ` in ${namespace}`}`;
}

/** The task in a few words: `patch Deployment blog in home-blog`. */
export function wordsOf(task: Task): string {
  return `${task.verb} ${task.subresource === undefined ? "" : `${task.subresource} of `}${thingOf(task)}`;
}

/** The rule of a Role that allows a task. */
export function ruleFor({ verb, verbs = [verb], kind, subresource }: Task): string {
  const group = kind.apiVersion.includes("/") ? (kind.apiVersion.split("/")[0] ?? "") : "";
  const resource = subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`;
  return `{ apiGroups: ["${group}"], resources: ["${resource}"], verbs: ${JSON.stringify(verbs)} }`;
}
