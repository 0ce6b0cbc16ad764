import { fail, ProblemError } from "../../lib/problem.ts";
import type { KubeObject } from "./client/object.ts";
import type { Session } from "./session.ts";
import { labels } from "./translate/marks.ts";

/** Problem: `OBJECT_FOREIGN`, for an object without the site's mark. */
export function refuseForeign({ site }: Pick<Session, "site">, live: KubeObject): void {
  const owner = live.metadata.labels?.[labels.site];
  if (owner === site) return;
  const { name, namespace } = live.metadata;
  const what = `${live.kind.toLowerCase()} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
  fail(
    "OBJECT_FOREIGN",
    `expected no ${what}, or one of the site ${site}, got one of ${owner === undefined ? "somebody else" : `the site ${owner}`}`,
    {
      hint: `move it out of the way (kubectl delete ${live.kind.toLowerCase()} ${name}${namespace === undefined ? "" : ` -n ${namespace}`}), or give what is called so in the site another name`,
    },
  );
}

/** Whether something that was thrown is a problem of one of these codes. */
export function isProblem(thrown: unknown, ...codes: readonly string[]): thrown is ProblemError {
  return thrown instanceof ProblemError && codes.includes(thrown.problem.code);
}
