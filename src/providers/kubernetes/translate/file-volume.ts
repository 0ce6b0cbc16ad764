import type { IVolumeProjection } from "kubernetes-models/v1/VolumeProjection";
import { fail } from "../../../lib/problem.ts";
import type { Mount } from "../../../resource/kinds/container.ts";
import type { Seen } from "./seen.ts";
import type { FilePiece, FileShape } from "./translation.ts";

/** What a file that is seen alone, at a path of its own, is called in its volume. */
const alone = "file";

/**
 * A file as a container sees it, all of its pieces together. What is live is below `current/`, a link that the kubelet leads elsewhere at
 * once when the objects change; a path that is new is seen by new pods only. `secretMode`: who may read what is secret.
 */
export function fileVolume(name: string, mount: Mount, shape: FileShape | undefined, secretMode: number): Seen {
  const { source, target, live } = mount;
  if (shape === undefined) fail("BUG", `expected to know how ${source} lies in the cluster`, { kind: "bug" });
  const isSecret = shape.kind === "Secret";
  const isAlone = shape.pieces.some(({ items }) => items.some(({ path }) => path === ""));
  const sources = shape.pieces.map((piece): IVolumeProjection => {
    const projection = {
      name: piece.name,
      items: itemsOf(piece, live ? "current/" : "", isSecret ? secretMode : 0o444),
      // what a live file no longer has must not keep the rest from being seen
      ...(live ? { optional: true } : {}),
    };
    return isSecret ? { secret: projection } : { configMap: projection };
  });
  const seen = { name, mountPath: target, readOnly: true };
  return {
    volume: { name, projected: { defaultMode: isSecret ? secretMode : 0o444, sources } },
    mounts: [isAlone && !live ? { ...seen, subPath: alone } : seen],
  };
}

function itemsOf({ items }: FilePiece, below: string, mode: number) {
  return items.map(({ key, path, executable }) => ({
    key,
    path: `${below}${path === "" ? alone : path}`,
    ...(executable ? { mode: mode | 0o111 } : {}),
  }));
}
