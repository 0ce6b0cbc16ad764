import type { Container } from "../../resource/kinds/container.ts";
import type { SiteLayout } from "../layout.ts";
import { givePartCertificate, partCertificateDirectory } from "../part-certificate.ts";
import { giveFile } from "./file.ts";

/** Gives what a container sees live, and only its user may read, to that user of the machine: listings of people, its certificate. */
export async function giveLive(layout: SiteLayout, { mounts }: Container, uid: number): Promise<void> {
  for (const { source, live } of mounts) {
    if (!live || source === "certificates") continue;
    const certificate = source.startsWith("certificate/") ? partCertificateDirectory(layout, source) : undefined;
    if (certificate === undefined) await giveFile(layout, source, uid);
    else await givePartCertificate(certificate, uid);
  }
}
