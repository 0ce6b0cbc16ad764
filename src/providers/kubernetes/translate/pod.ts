import type { IContainer } from "kubernetes-models/v1/Container";
import type { IContainerPort } from "kubernetes-models/v1/ContainerPort";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IToleration } from "kubernetes-models/v1/Toleration";
import { canonical, digest } from "../../../resource/digest.ts";
import type { Container } from "../../../resource/kinds/container.ts";
import { keyOf } from "./file-keys.ts";
import { annotations, labels, marksOf } from "./marks.ts";
import { mark, secretName } from "./names.ts";
import { keepsState } from "./names-of.ts";
import { serviceAccount } from "./network.ts";
import { seenBy } from "./pod-volumes.ts";
import { probesOf } from "./probes.ts";
import { type Rights, rightsOf, securityContext } from "./rights.ts";
import { portName } from "./service.ts";
import { spreading } from "./spreading.ts";
import type { Translation } from "./translation.ts";

/** Seconds in which a pod that leaves is still asked: whoever leads to it must have heard of it by then. */
const farewell = 5;
/** Seconds that a process has to end, as on one machine; the front door has as long as it gives open connections. */
const ending = { usual: 10, front: 35 } as const;
/**
 * Seconds after which a pod without state is made elsewhere: when its node says that it is not well, which it may be again in a moment, and
 * when nobody has heard of it, which the cluster has waited long enough for (50 s) before it says so. Unless said it would be 300.
 */
const patience = { "not-ready": 5, unreachable: 0 } as const;

/** What every pod of a container is. There is no limit to the number of its processes: a cluster sets that for each node. */
export function podTemplate(container: Container, translation: Translation): IPodTemplateSpec {
  const rights = rightsOf(container, translation.facts(container.image));
  const seen = seenBy(container, rights, translation);
  const keeps = keepsState(container);
  const waits = container.cluster?.startFirst === true ? farewell : 0;
  const spec: IPodSpec = {
    ...(keeps ? {} : { hostname: container.part }), // pods of a StatefulSet have names of their own
    serviceAccountName: serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // names with a dot are asked for as they are, before the cluster's own endings are tried
    dnsConfig: { options: [{ name: "ndots", value: "1" }] },
    terminationGracePeriodSeconds: waits + (container.service === "front" ? ending.front : ending.usual),
    securityContext: {
      seccompProfile: { type: "RuntimeDefault" },
      sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
      ...(rights.group === undefined ? {} : { fsGroup: rights.group, fsGroupChangePolicy: "OnRootMismatch" }),
    },
    ...spreading(container),
    ...(keeps ? {} : { tolerations: awhile() }),
    containers: [
      processOf(
        container,
        rights,
        translation,
        waits,
        seen.flatMap(({ mounts }) => mounts),
      ),
    ],
    ...(seen.length === 0 ? {} : { volumes: seen.map(({ volume }) => volume) }),
  };
  return { metadata: podMarks(container, translation), spec };
}

function processOf(
  container: Container,
  rights: Rights,
  { facts }: Translation,
  waits: number,
  volumeMounts: IContainer["volumeMounts"] & object,
): IContainer {
  const { part, image, command, limits } = container;
  const variables = variablesOf(container);
  const ports = portsOf(container);
  return {
    name: part,
    image: facts(image)?.reference ?? image,
    imagePullPolicy: "IfNotPresent",
    ...(command === undefined ? {} : { args: command.map(literal) }),
    ...(variables.length === 0 ? {} : { env: [...variables] }),
    ...(ports.length === 0 ? {} : { ports: [...ports] }),
    resources: {
      requests: { cpu: "10m", memory: String(Math.ceil(limits.memory / 4)) },
      limits: { cpu: cores(limits.cpu), memory: String(limits.memory) },
    },
    ...probesOf(container.check),
    ...(waits === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds: waits } } } }),
    securityContext: securityContext(rights),
    ...(volumeMounts.length === 0 ? {} : { volumeMounts }),
  };
}

/** What pods are found by, and what makes new ones of them. Nothing here changes with a commit alone. */
function podMarks(container: Container, { site }: Translation): IPodTemplateSpec["metadata"] & object {
  const { cluster, mounts, secrets } = container;
  const marks = marksOf(site, container);
  const given = {
    files: mounts.flatMap((it) => (it.digest === undefined ? [] : [it.digest])),
    secrets: secrets?.digest,
  };
  return {
    labels: {
      ...marks.labels,
      ...(cluster?.whole === undefined ? {} : { [labels.answers]: mark(cluster.whole.name) }),
    },
    annotations: { [annotations.id]: container.id, [annotations.given]: digest(canonical(given)).slice(0, 16) },
  };
}

function variablesOf({ env, part, secrets }: Container): readonly IEnvVar[] {
  const name = secretName(part);
  return [
    ...Object.entries(env).map(([variable, value]) => ({ name: variable, value: literal(value) })),
    ...Object.entries(secrets?.variables ?? {}).map(([variable, secret]) => ({
      name: variable,
      valueFrom: { secretKeyRef: { name, key: keyOf(secret) } },
    })),
  ];
}

/** Text as it is: Kubernetes would put variables in where `$(NAME)` stands, and take one of two dollars away. */
function literal(text: string): string {
  return text.includes("$(") || text.includes("$$") ? text.replaceAll("$", () => "$$") : text;
}

function portsOf({ cluster }: Container): readonly IContainerPort[] {
  return (cluster?.ports ?? []).map((port) => ({
    name: portName(port),
    containerPort: port.port,
    protocol: port.protocol === "tcp" ? "TCP" : "UDP",
    ...(cluster?.door === "host-ports" ? { hostPort: port.published ?? port.port } : {}),
  }));
}

/** Processor time as Kubernetes itself writes it. */
function cores(count: number): string {
  const thousandths = Math.max(10, Math.round(count * 1000));
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}

/** For how long a pod that keeps nothing stays on a node in trouble. */
export function awhile(): IToleration[] {
  return Object.entries(patience).map(([state, tolerationSeconds]) => ({
    ...{ key: `node.kubernetes.io/${state}`, operator: "Exists", effect: "NoExecute" },
    tolerationSeconds,
  }));
}
