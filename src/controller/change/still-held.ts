import type { HeldBack, HeldBackServices } from "../../ledger/held.ts";
import { type Problem, problem } from "../../lib/problem.ts";
import { digestOf, frontDoor } from "../held-services.ts";
import type { Ending, Making } from "./making.ts";

/** Those that were and that this change did not bring further; those that it could not bring to what they are to be. */
export function stillHeld(making: Making, endings: ReadonlyMap<string, Ending>): HeldBackServices {
  const { heldBack, wanted, at, revision } = making.change();
  const before = Object.entries(heldBack).filter(([name]) => endings.get(name)?.result !== "done");
  const now = [...endings].flatMap(([name, ending]): [string, HeldBack][] => {
    const digest = digestOf(wanted, name);
    if (ending.result === "done" || digest === undefined || !isHeld(making, name)) return [];
    const { undo } = making.change().services[name] ?? {};
    const { problem = unknown } = undo ?? ending;
    return [
      [
        name,
        {
          since: at,
          ...(revision && { revision: revision.commit }),
          digest,
          problem,
          ...(undo && undo.failed.length > 0 ? { failed: undo.failed } : {}),
          runs: undo === undefined && ending.result === "failed" ? "new" : "old",
          until: isFaultOf(problem) ? "changed" : "next",
        },
      ],
    ];
  });
  return Object.fromEntries([...before, ...now]);
}

/** What failed as it was before is nobody's wish: a front door, or a service whose state alone was to go back. */
function isHeld(making: Making, name: string): boolean {
  const { back, before, wanted } = making.change();
  if (name === frontDoor && back === undefined) return false;
  return digestOf(wanted, name) !== (before && digestOf(before, name));
}

/** Whether the version itself is to blame, and not a lack of room, an image that cannot be had, a runtime that died or a cluster that let nobody. */
function isFaultOf({ code }: Problem): boolean {
  return !/^(BUG|CLUSTER_|DISK_FULL|FILE_CHANGED|HTTP_|IMAGE_|LEDGER_|NAMESPACE_ENDING|REGISTRY_|RUNTIME_|SNAPSHOT_|STATE_|SECRET|ADDRESS_TAKEN|PORT_TAKEN)/.test(
    code,
  );
}

const unknown = problem("CHANGE_FAILED", "it did not become what it is to be");
