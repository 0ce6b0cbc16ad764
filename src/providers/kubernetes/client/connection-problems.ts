import { ProblemError, problem } from "../../../lib/problem.ts";
import type { Limits } from "./call.ts";

/** Why we ended a request ourselves. */
export type Stopped = "signal" | "connect" | "answer";

/** What OpenSSL and Node call a server's certificate that is not to be trusted. */
const untrusted =
  /^(UNABLE_TO_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|ERROR_IN_CERT)/;

/** What they call a certificate or key of ours that cannot be used. */
const unusable = /^ERR_OSSL_/;

/**
 * The problem of a request without a whole answer: `CLUSTER_UNREACHABLE` (transient), `CLUSTER_UNTRUSTED` its certificate is not what the
 * kubeconfig says, `KUBECONFIG_BROKEN` our certificate or key is none, `CLUSTER_STOPPED` (waiting) by the caller's signal.
 */
export function connectionProblem(
  url: URL,
  what: string,
  limits: Limits,
  stopped: Stopped | undefined,
  cause: unknown,
): ProblemError {
  const server = url.host;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  const because = { cause };
  if (stopped === "signal")
    return new ProblemError(problem("CLUSTER_STOPPED", `${what} was stopped`, { kind: "waiting" }), because);
  if (stopped !== undefined) {
    const limit = stopped === "connect" ? limits.connect : limits.answer;
    const message =
      stopped === "connect"
        ? `a connection to the cluster's API at ${server}`
        : `an answer from the cluster's API at ${server} to ${what}`;
    return new ProblemError(
      problem("CLUSTER_UNREACHABLE", `expected ${message} within ${limit / 1000} s, got none`, {
        kind: "transient",
        ...reachable,
      }),
      because,
    );
  }
  if (untrusted.test(code))
    return new ProblemError(
      problem("CLUSTER_UNTRUSTED", `expected ${server} to show a certificate that the kubeconfig trusts, got ${code}`, {
        got: code,
        hint: "see certificate-authority-data and server in the kubeconfig: kubectl config view --minify",
      }),
      because,
    );
  if (unusable.test(code))
    return new ProblemError(
      problem("KUBECONFIG_BROKEN", `expected a client certificate and its key in PEM for ${server}, got ${code}`, {
        got: code,
        hint: "see client-certificate and client-key in the kubeconfig: kubectl config view --minify",
      }),
      because,
    );
  return new ProblemError(
    problem("CLUSTER_UNREACHABLE", `expected an answer from the cluster's API at ${server}, got ${code}`, {
      kind: "transient",
      got: code,
      ...reachable,
    }),
    because,
  );
}

const reachable = { hint: "see whether kubectl get --raw /readyz answers with the same kubeconfig" };

/** The problem of an answer beyond what is read of one: `CLUSTER_ANSWER_TOO_LARGE`. */
export function tooLarge(url: URL, largest: number): ProblemError {
  return new ProblemError(
    problem("CLUSTER_ANSWER_TOO_LARGE", `expected at most ${largest} bytes in one answer from ${url.host}, got more`, {
      hint: "see which objects are that large: kubectl get --raw /metrics | grep apiserver_storage_objects",
    }),
  );
}
