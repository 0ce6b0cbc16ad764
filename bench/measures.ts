import { compileRows } from "./measures/compile.ts";
import { firstAnswerRows } from "./measures/first-answer.ts";
import { frontDoorRows } from "./measures/front-door.ts";
import { imageRows } from "./measures/images.ts";
import { kubernetesRows } from "./measures/kubernetes.ts";
import { memoryRows } from "./measures/memory.ts";
import { noWorkRows } from "./measures/no-work.ts";
import { planRows } from "./measures/plan.ts";
import { pushRows } from "./measures/push.ts";
import { rollbackRows } from "./measures/rollback.ts";
import { rolloutRows } from "./measures/rollout.ts";
import { sixRows } from "./measures/six.ts";
import { startRows } from "./measures/start.ts";
import type { TableName } from "./page.ts";
import type { Row } from "./row.ts";

/** Something that is measured by itself, on a machine of its own where it needs one. `table`: where its rows are written, `machine` unless said. */
export type Measure = {
  readonly about: string;
  readonly table?: TableName;
  readonly rows: () => Promise<readonly Row[]>;
};

/** Everything that is measured, by the name that `npm run bench -- NAME` takes. */
export const measures: ReadonlyMap<string, Measure> = new Map([
  ["first-answer", { about: "a new service, from its file to the first page", rows: firstAnswerRows }],
  ["push", { about: "from git push to the first page of a new service", rows: pushRows }],
  ["compile", { about: "reading and compiling many services", rows: compileRows }],
  ["plan", { about: "planning many services, in memory", rows: planRows }],
  ["no-work", { about: "commands that find nothing to do, on Podman", rows: noWorkRows }],
  ["start", { about: "from nothing running to all healthy", rows: startRows }],
  ["rollout", { about: "requests that fail while a new version takes over", rows: rolloutRows }],
  ["front-door", { about: "requests a second through the front door", rows: frontDoorRows }],
  ["six", { about: "all six services: their start, their memory, IMAP and HTTPS", rows: sixRows }],
  ["rollback", { about: "back to what was before, without and with data", rows: rollbackRows }],
  ["images", { about: "the images of all six services, from nothing (minutes)", rows: imageRows }],
  [
    "kubernetes",
    {
      about: "many services on a cluster's API, where KUBECONFIG names one without nodes (minutes)",
      table: "cluster",
      rows: kubernetesRows,
    },
  ],
  ["memory", { about: "what runs beside the services", rows: memoryRows }],
]);
