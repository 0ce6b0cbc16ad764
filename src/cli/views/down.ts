import type { Outcome } from "../../converge/converge.ts";
import { stepId } from "../../plan/step.ts";
import { resourceOf, type Summary } from "../../plan/summary.ts";
import { type Text, tone } from "../span.ts";
import { count, listed } from "../words.ts";

/** What `down` did. */
export type DownView = {
  readonly site: string;
  readonly host: string;
  readonly data: "kept" | "deleted";
  /** It was meant by its name, whatever its files say. */
  readonly byName: boolean;
  /** What runs of it comes by git. */
  readonly follows: boolean;
  /** The directory of what this machine keeps of it. */
  readonly home: string;
  /** The namespace of the front door, on a cluster: what stays of it is there. */
  readonly namespace?: string;
  readonly outcomes: readonly Outcome[];
};

/** What is asked before anything stops. */
export function downQuestion(site: string, host: string, { changes, deletedVolumes }: Summary): string {
  const services = changes.map(({ service }) => service).filter((name) => name !== "front");
  const what = services.length === 0 ? site : `${site} on ${host} (${listed(services)})`;
  const data =
    deletedVolumes === 0
      ? "Its data is kept."
      : `The data of ${count(deletedVolumes, "state directory", "state directories")} is deleted.`;
  return `Stop ${what}? ${data}`;
}

/** The command that takes a site down, from its directory or by its name. */
export function downCommand(site: string, byName: boolean): string {
  return byName ? `freehold down --site-name ${site}` : "freehold down";
}

/** How it went, and how to come back. */
export function downText({ site, host, data, byName, follows, home, namespace, outcomes }: DownView): Text {
  const left = new Set(outcomes.flatMap(({ step, result }) => (result === "done" ? [] : [resourceOf(step).service])));
  if (left.size > 0) {
    return [
      [tone("bad", "✖"), ` ${site} is stopped but for ${listed([...left])}.`],
      `next: ${downCommand(site, byName)}`,
    ];
  }
  const kept = data === "kept" ? "its data is kept" : "its data is deleted";
  const what = outcomes.length === 0 ? "nothing of it ran" : "stopped";
  return [
    `${site} on ${host}: ${what}; ${kept}.`,
    ...(data === "kept" && follows ? [`next: freehold up --site-name ${site} brings it back`] : []),
    ...(data === "kept" && !follows && !byName ? ["next: freehold up brings it back"] : []),
    ...(data === "deleted" ? remains(home, namespace) : []),
  ];
}

/** What is no service's data, and why it stays: the person may well bring the site up again. */
function remains(home: string, namespace: string | undefined): Text {
  if (namespace !== undefined)
    return [
      "Its certificate authority stays in the cluster, so that devices that trust it",
      "need not do so anew, and what is known of its images. To delete these too:",
      `  kubectl delete namespace ${namespace}`,
    ];
  return [
    "Its certificate authority stays, so that devices that trust it need not do so",
    "anew, and so does its supervisor's log. To delete these too:",
    `  rm -r ${home}`,
  ];
}

/** The same for programs. */
export function downJson({ site, host, data, outcomes }: DownView): object {
  return {
    site,
    host,
    data,
    steps: outcomes.map(({ step, result, problem }) => ({
      action: step.action,
      id: stepId(step),
      result,
      problem:
        problem === undefined ? null : { code: problem.code, message: problem.message, hint: problem.hint ?? null },
    })),
  };
}
