import type { Container, Mount } from "../../../resource/kinds/container.ts";
import { keyOf } from "./file-keys.ts";
import { fileVolume } from "./file-volume.ts";
import { bundleNames, certificateName, claimName, mark, secretName } from "./names.ts";
import type { Rights } from "./rights.ts";
import type { Seen } from "./seen.ts";
import type { Translation } from "./translation.ts";

/** Everything that a container sees beside its image: state, files, certificates, secrets, and memory that it may write. */
export function seenBy(container: Container, rights: Rights, translation: Translation): readonly Seen[] {
  const mode = rights.group === undefined && rights.user?.uid !== 0 ? 0o444 : 0o440;
  return [
    ...container.mounts.map((mount) => mounted(container, mount, mode, translation)),
    ...secretFiles(container, mode),
    ...memory(container, rights),
  ];
}

function mounted(container: Container, mount: Mount, mode: number, { shapes }: Translation): Seen {
  const { source, target } = mount;
  const name = volumeName(target);
  const [kind, service = "", part = "", ...words] = source.split("/");
  if (kind === "volume") {
    const claim = claimName({ part, name: words.join("/") });
    const volume = { name, persistentVolumeClaim: { claimName: claim } };
    return { volume, mounts: [{ name, mountPath: target }] };
  }
  if (kind === "file") return fileVolume(name, mount, shapes?.get(source), mode);
  const mounts = [{ name, mountPath: target, readOnly: true }];
  if (source === "certificates") {
    const sources = bundleNames().map((bundle) => ({ secret: { name: bundle, optional: true } }));
    return { volume: { name, projected: { defaultMode: mode, sources } }, mounts };
  }
  const items = ["certificate.pem", "key.pem"].map((key) => ({ key, path: `current/${key}` }));
  const secret = certificateName({ id: source, service: service === "" ? container.service : service });
  return { volume: { name, secret: { secretName: secret, defaultMode: mode, items } }, mounts };
}

/** Secrets that are files: each alone at its path, so that nothing else there is hidden. Another value makes new pods. */
function secretFiles({ part, secrets }: Container, defaultMode: number): readonly Seen[] {
  const files = Object.entries(secrets?.files ?? {});
  if (files.length === 0) return [];
  const name = "secrets";
  const items = [...new Set(files.map(([, secret]) => keyOf(secret)))].sort().map((key) => ({ key, path: key }));
  const volume = { name, secret: { secretName: secretName(part), defaultMode, items } };
  const mounts = files.map(([mountPath, secret]) => ({ name, mountPath, subPath: keyOf(secret), readOnly: true }));
  return [{ volume, mounts }];
}

/** Each may fill half of the container's memory, towards which it counts: so it is full before the container is killed. */
function memory({ limits, mounts, reload, scratch }: Container, { readOnly }: Rights): readonly Seen[] {
  const taken = new Set(mounts.map(({ target }) => target));
  const needed = [...(readOnly ? ["/tmp", "/run"] : []), ...(reload === undefined ? [] : ["/run/freehold"])];
  const paths = new Set([...scratch, ...needed.filter((path) => !taken.has(path))]);
  const sizeLimit = String(Math.floor(limits.memory / 2));
  return [...paths].sort().map((mountPath) => {
    const name = volumeName(mountPath);
    return { volume: { name, emptyDir: { medium: "Memory", sizeLimit } }, mounts: [{ name, mountPath }] };
  });
}

/** What a volume is called in its pod: the last word of where it is seen, and enough to tell it from others. */
function volumeName(target: string): string {
  const word = (target.split("/").at(-1) ?? "").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return `${word.slice(0, 40).replaceAll(/^-+|-+$/g, "") || "at"}-${mark(target)}`;
}
