import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeObject } from "../client/client.ts";
import { labels, sharedMarks } from "../translate/marks.ts";
import { mark } from "../translate/names.ts";
import type { StateTask } from "./state-child.ts";
import type { StateUser } from "./state-user.ts";

/** What pods that copy state, and the claims of their copies, are labelled as. */
export const stateKind = "state";

/** What a pod does with one volume of state and with the copies of it. */
export type StateWork = {
  readonly service: string;
  /** The claim of the state; its copies have a claim of their own beside it. */
  readonly claim: string;
  /** False: only the copies are mounted, so that it may be done while the state is in use. */
  readonly withState: boolean;
  readonly task: StateTask;
  readonly user: StateUser | undefined;
};

/** The claim of the copies of a volume. */
export function snapshotsClaim(claim: string): string {
  return claim.length <= 53 ? `snapshots-${claim}` : `snapshots-${claim.slice(0, 40)}-${mark(claim)}`;
}

/** The name of the pod that works on a volume: there is never more than one, but for who only counts, which may be at any time. */
export function statePodName({ claim, task }: Pick<StateWork, "claim" | "task">): string {
  return `${task.count === true ? "count" : "state"}-${mark(claim, 16)}`;
}

/** One node failing ends it; it never goes on for longer than this, in seconds. */
const longest = 24 * 3600;

/**
 * The pod that does some work. It runs where the state is, since it has both volumes. As root it has what reads, writes and gives away
 * everybody's files, and no more.
 */
export function statePod(site: string, work: StateWork, image: string, program: string): KubeObject {
  const { service, claim, user, task, withState } = work;
  const marks = sharedMarks(site, service);
  const claims = [...(withState ? [["state", claim]] : []), ["snapshots", snapshotsClaim(claim)]];
  const root = { add: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"], drop: ["ALL"] };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: statePodName(work),
      namespace: namespaceOf(site, service),
      labels: { ...marks.labels, [labels.kind]: stateKind },
      annotations: marks.annotations,
    },
    spec: {
      restartPolicy: "OnFailure",
      activeDeadlineSeconds: longest,
      terminationGracePeriodSeconds: 2,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        seccompProfile: { type: "RuntimeDefault" },
        ...(user === undefined
          ? { runAsUser: 0, runAsGroup: 0 }
          : {
              runAsNonRoot: true,
              runAsUser: user.uid,
              runAsGroup: user.gid,
              fsGroup: user.group,
              fsGroupChangePolicy: "OnRootMismatch",
            }),
      },
      containers: [
        {
          name: "state",
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["node", "--no-warnings", "--input-type=module-typescript", "-e", program],
          env: [{ name: "FREEHOLD_TASK", value: JSON.stringify(task) }],
          resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "1", memory: "256Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: user === undefined ? root : { drop: ["ALL"] },
          },
          volumeMounts: claims.map(([name]) => ({ name, mountPath: `/${name}` })),
        },
      ],
      volumes: claims.map(([name, claimName]) => ({ name, persistentVolumeClaim: { claimName } })),
    },
  };
}
