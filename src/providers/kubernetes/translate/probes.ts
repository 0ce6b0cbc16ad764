import type { IContainer } from "kubernetes-models/v1/Container";
import type { IProbe } from "kubernetes-models/v1/Probe";
import type { Check } from "../../../resource/kinds/container.ts";

/** A part that answers badly so many times in a row is started anew; freehold on one machine does the same. */
const badInARow = 3;

/**
 * How a cluster asks a part whether it works: at its start at least once in a second or two, for as long as it may take; then as often
 * as its file says, first for whether visitors are led to it, then for whether it is started anew. An image's own HEALTHCHECK a cluster
 * does not know, and a part of which only running is asked is not asked.
 */
export function probesOf(check: Check): Pick<IContainer, "startupProbe" | "readinessProbe" | "livenessProbe"> {
  const question = questionOf(check);
  if (question === undefined) return {};
  const within = seconds(check.within);
  const period = Math.min(10, Math.max(1, Math.ceil(within / 60)));
  const common = { ...question, timeoutSeconds: seconds(check.timeout) };
  const asked = { ...common, periodSeconds: seconds(check.every), failureThreshold: badInARow };
  return {
    startupProbe: { ...common, periodSeconds: period, failureThreshold: Math.ceil(within / period) },
    readinessProbe: asked,
    livenessProbe: asked,
  };
}

function questionOf({ ask }: Check): IProbe | undefined {
  if (ask.by === "tcp") return { tcpSocket: { port: ask.port } };
  if (ask.by !== "http") return undefined;
  return {
    httpGet: { port: ask.port, path: ask.path, httpHeaders: [{ name: "User-Agent", value: "freehold" }] },
  };
}

/** Whole seconds, at least one, from milliseconds. */
function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
