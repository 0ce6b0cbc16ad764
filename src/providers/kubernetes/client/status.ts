import { listAt, numberAt, parseJson, textAt } from "../../../lib/json.ts";
import { shorten, visible } from "../../../lib/text.ts";

/** One reason among those that a cluster gives. */
export type Cause = { readonly reason: string; readonly message: string; readonly field: string };

/**
 * What a cluster says went wrong: its `Status`, see
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
 */
export type Status = {
  readonly code: number;
  /** `Conflict`, `Forbidden`; empty when it gives none, or was no `Status`. */
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly Cause[];
  /** What it is about, empty for a path that leads to nothing. */
  readonly kind: string;
  readonly name: string;
  /** Of a list whose token is too old: where it can be gone on from, as things are now. */
  readonly continueToken: string;
};

/** The longest words of a cluster that are shown. */
const longest = 1_000;

/** Reads what came with a status of 400 and above. */
export function readStatus(code: number, body: string): Status {
  const said = parseJson(body);
  const isStatus = textAt(said, "kind") === "Status";
  return {
    code,
    reason: isStatus ? textAt(said, "reason") : "",
    message: shown(isStatus ? textAt(said, "message") : body),
    causes: listAt(said, "details", "causes")
      .slice(0, 50)
      .map((cause) => ({
        reason: textAt(cause, "reason"),
        message: shown(textAt(cause, "message")),
        field: shown(textAt(cause, "field")),
      })),
    kind: textAt(said, "details", "kind"),
    name: textAt(said, "details", "name"),
    continueToken: textAt(said, "metadata", "continue"),
  };
}

/** Seconds that an answer asks to wait; undefined when it does not, 1 when what it says is no number. */
export function retryAfter(header: string | undefined, body: string): number | undefined {
  if (header === undefined) return numberAt(parseJson(body), "details", "retryAfterSeconds") || undefined;
  return /^\d{1,6}$/.test(header) ? Number(header) : 1;
}

function shown(text: string): string {
  return shorten(visible(text.trim()), longest);
}
