import { at, textAt } from "../../../lib/json.ts";
import { fine, warning, wrong } from "../../finding.ts";
import type { Finding } from "../../provider.ts";
import type { KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import type { ExaminedCluster } from "./examined.ts";

/** Who makes volumes that are directories or disks of one node: they stay where they are when that node dies. */
const bound =
  /^(rancher\.io\/local-path|kubernetes\.io\/no-provisioner|microk8s\.io\/hostpath|k8s\.io\/minikube-hostpath|docker\.io\/hostpath|openebs\.io\/local|local\.csi\.openebs\.io|hostpath\.csi\.k8s\.io|topolvm\.(io|cybozu\.com)|kubevirt\.io\.hostpath-provisioner|zfs\.csi\.openebs\.io)$/;

/** Who makes volumes that another node can take over. */
const moving =
  /^(driver\.longhorn\.io|.*\.(rbd|cephfs)\.csi\.ceph\.com|nfs\.csi\.k8s\.io|smb\.csi\.k8s\.io|linstor\.csi\.linbit\.com|io\.openebs\.csi-mayastor|ebs\.csi\.aws\.com|efs\.csi\.aws\.com|pd\.csi\.storage\.gke\.io|filestore\.csi\.storage\.gke\.io|(disk|file)\.csi\.azure\.com|csi\.hetzner\.cloud|dobs\.csi\.digitalocean\.com|cinder\.csi\.openstack\.org|csi\.vsphere\.vmware\.com|linodebs\.csi\.linode\.com|block\.csi\.vultr\.com|csi\.scaleway\.com|csi\.(proxmox\.sinextra\.dev)|org\.democratic-csi\..*|csi\.san\.synology\.com)$/;

const isDefault = "storageclass.kubernetes.io/is-default-class";

/** What is known of how a cluster makes volumes. */
export type StorageFacts = {
  readonly wanted?: string;
  readonly classes: readonly { readonly name: string; readonly provisioner: string; readonly isDefault: boolean }[];
  /** The classes of volumes that are there and may be used on one node only. */
  readonly boundVolumes: ReadonlySet<string>;
  readonly keepsState: boolean;
};

/** Looks at the storage class that state would get, and whether its volumes can move. */
export async function examineStorage({ client, site }: ExaminedCluster): Promise<readonly Finding[]> {
  const [classes, volumes] = await Promise.all([
    Array.fromAsync(client.list(objectKinds.storageClass, {})),
    Array.fromAsync(client.list(objectKinds.persistentVolume, {})),
  ]);
  return [
    judgeStorage({
      ...(site.storageClass !== undefined && { wanted: site.storageClass }),
      keepsState: site.keepsState,
      classes: classes.map((each) => ({
        name: each.metadata.name,
        provisioner: textAt(each, "provisioner"),
        isDefault: each.metadata.annotations?.[isDefault] === "true",
      })),
      boundVolumes: new Set(volumes.filter(isBound).map(({ spec }) => textAt(spec, "storageClassName"))),
    }),
  ];
}

/** A volume says by its affinity where it can be used: on nodes of that name, of that zone, anywhere. */
function isBound({ spec }: KubeObject): boolean {
  return JSON.stringify(at(spec, "nodeAffinity") ?? {}).includes("kubernetes.io/hostname");
}

/** What follows from it. Pure. */
export function judgeStorage({ wanted, classes, boundVolumes, keepsState }: StorageFacts): Finding {
  const used = classes.find((each) => (wanted === undefined ? each.isDefault : each.name === wanted));
  if (used === undefined) {
    const names = classes.map(({ name }) => name);
    const got = names.length === 0 ? "there is none at all" : `there are ${names.join(", ")}`;
    const what = wanted === undefined ? "no storage class is the default" : `there is no storage class ${wanted}`;
    const fix =
      names.length === 0
        ? "install one: local-path-provisioner for one node, Longhorn or NFS for several"
        : `name one in site.yaml: engine: {kubernetes: {storage-class: ${names[0]}}}`;
    const judged = keepsState ? wrong : warning;
    return judged("storage", `${what}; ${got}`, "one, since state lies in volumes", fix);
  }
  const { name, provisioner } = used;
  if (moving.test(provisioner) && !boundVolumes.has(name))
    return fine("storage", `class ${name} (${provisioner}): volumes move to another node when theirs dies`);
  if (bound.test(provisioner) || boundVolumes.has(name)) {
    const fix = "nothing on one node; with several, a class whose volumes move: Longhorn, NFS, the cloud's own disks";
    return warning(
      "storage",
      `class ${name} (${provisioner}): a volume stays with its node; when that dies, services with state are away until it is back`,
      "volumes that move",
      fix,
    );
  }
  return fine("storage", `class ${name} (${provisioner}); whether its volumes move is not known here`);
}
