import type { Leaving } from "../observe/leaving.ts";
import type { Origin } from "../observe/origin.ts";
import type { SiteStatus, State } from "../observe/status.ts";
import type { Answer } from "./answer.ts";

/** What the supervisor has done since it started. */
export type Doings = {
  /** How often everything was looked at. */
  readonly passes: number;
  /** Things that it made, changed, started or took away, and those where that failed. */
  readonly done: number;
  readonly failed: number;
  /** When it last looked at everything, milliseconds since the epoch; absent: not yet. */
  readonly lastPass?: number;
};

/** What metrics are made from. */
export type MetricsFacts = {
  readonly status: SiteStatus;
  readonly origin: Origin;
  readonly leaving: readonly Leaving[];
  readonly doings: Doings;
  /** Of the process itself: bytes and milliseconds. */
  readonly process: { readonly memory: number; readonly processorTime: number; readonly startedAt: number };
};

type Labels = Readonly<Record<string, string | number>>;
type Sample = readonly [value: number, labels?: Labels];
type Metric = {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly samples: readonly Sample[];
};

const states: readonly State[] = ["healthy", "starting", "unhealthy", "stopped"];

/**
 * How the site is, for a Prometheus that asks: https://prometheus.io/docs/instrumenting/exposition_formats/ (text format 0.0.4). Nobody's
 * name is in it, and nothing of any log.
 */
export function metricsAnswer(facts: MetricsFacts): Answer {
  const body = metricsOf(facts)
    .filter(({ samples }) => samples.length > 0)
    .map(metricText)
    .join("");
  return {
    status: 200,
    type: "text/plain; version=0.0.4; charset=utf-8",
    body,
    headers: { "cache-control": "no-store" },
  };
}

function metricsOf({ status, origin, leaving, doings, process }: MetricsFacts): readonly Metric[] {
  const { services, front } = status;
  const parts = [...services, { name: "front", parts: front }].flatMap(({ name: service, parts }) =>
    parts.map((one) => ({ service, one })),
  );
  const { revision, refused, unreachable, held } = origin;
  return [
    gauge(
      "freehold_service_state",
      "1 for the state that a service is in, 0 for the others.",
      services.flatMap(({ name, state }) =>
        states.map((one): Sample => [Number(one === state), { service: name, state: one }]),
      ),
    ),
    gauge(
      "freehold_part_up",
      "Whether a part of a service is healthy.",
      parts.map(({ service, one }) => [Number(one.state === "healthy"), labelsOf(service, one)]),
    ),
    counter(
      "freehold_part_restarts_total",
      "How often a part was started again since it was made.",
      parts.map(({ service, one }) => [one.restarts, labelsOf(service, one)]),
    ),
    gauge(
      "freehold_service_held_back",
      "Whether a service does not run as its file says, because that went wrong.",
      [...services.map(({ name }) => name), ...(front.length > 0 ? ["front"] : [])].map((service) => [
        Number(held.some((one) => one.service === service)),
        { service },
      ]),
    ),
    gauge(
      "freehold_revision_info",
      "The commit that runs.",
      revision === undefined ? [] : [[1, { commit: revision.commit }]],
    ),
    gauge(
      "freehold_revision_authored_timestamp_seconds",
      "When the commit that runs was written.",
      revision === undefined ? [] : [[revision.authoredAt / 1000]],
    ),
    gauge("freehold_revision_refused", "Whether the newest commit was refused.", [[Number(refused !== undefined)]]),
    gauge("freehold_source_reachable", "Whether the source could be asked the last time.", [
      [Number(unreachable === undefined)],
    ]),
    gauge(
      "freehold_state_deletion_timestamp_seconds",
      "When state that nobody wants any more is deleted.",
      leaving.flatMap(({ service, until }): Sample[] => (until === undefined ? [] : [[until / 1000, { service }]])),
    ),
    counter("freehold_passes_total", "How often everything was looked at.", [[doings.passes]]),
    counter("freehold_steps_total", "Things that were made, changed, started or taken away by the supervisor.", [
      [doings.done, { result: "done" }],
      [doings.failed, { result: "failed" }],
    ]),
    gauge(
      "freehold_last_pass_timestamp_seconds",
      "When everything was last looked at.",
      doings.lastPass === undefined ? [] : [[doings.lastPass / 1000]],
    ),
    gauge("process_resident_memory_bytes", "Memory of the supervisor.", [[process.memory]]),
    counter("process_cpu_seconds_total", "Processor time of the supervisor.", [[process.processorTime / 1000]]),
    gauge("process_start_time_seconds", "When the supervisor started.", [[process.startedAt / 1000]]),
  ];
}

function labelsOf(service: string, { name, replica }: { readonly name: string; readonly replica: number }): Labels {
  return { service, part: name, replica };
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: "gauge", help, samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: "counter", help, samples };
}

function metricText({ name, type, help, samples }: Metric): string {
  const lines = samples.map(([value, labels = {}]) => `${name}${labelText(labels)} ${value}`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("\n")}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${quoted(String(value))}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function quoted(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
