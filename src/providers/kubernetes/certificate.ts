import { textsAt } from "../../lib/json.ts";
import type { Certificate } from "../../resource/kinds/certificate.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import { backdated, leafLifetime } from "../authority/authority.ts";
import { amissOf } from "../authority/certificate-file.ts";
import { type Pair, parsePair } from "../authority/pair.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import { amissAmong } from "./amiss.ts";
import { authorityInTurn } from "./authority-in-turn.ts";
import type { KubeObject } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import type { Inventory } from "./inventory.ts";
import { workloadsIn } from "./live.ts";
import { putAll } from "./put-all.ts";
import type { Session } from "./session.ts";
import { showInPods } from "./shown.ts";
import { certificateName } from "./translate/names.ts";
import { objectsOf } from "./translate/objects-of.ts";
import type { CertificatePair } from "./translate/translation.ts";

/**
 * Has a certificate that is right: a new one where there is none, or none that will do. Its key is in Secrets of the cluster alone. Resolves when
 * those who see it live have the new one. Problems: `CLOCK_WRONG`, `AUTHORITY_EXPIRED`, `AUTHORITY_DAMAGED`.
 */
export async function applyCertificate(
  session: Session,
  step: ApplyStep,
  certificate: Certificate,
  context: ApplyContext,
): Promise<void> {
  const { client, clock, site } = session;
  const { report, signal, commit } = context;
  const authority = await authorityInTurn(session, certificate.domains, signal);
  const namespace = namespaceOf(site, certificate.service);
  const live = await client.get(objectKinds.secret, namespace, certificateName(certificate), signal);
  const now = clock.now();
  const kept = live === undefined ? undefined : pairOf(live);
  const isRight = amissOf(certificate, foundPair(certificate, kept), authority.parsed, now) === undefined;
  let pair: CertificatePair | undefined = kept;
  if (!isRight || pair === undefined) {
    report("issuing");
    const { issueLeaf } = await import("../authority/issue.ts");
    const to = Math.min(now + leafLifetime - backdated, authority.parsed.validToDate.getTime());
    pair = await issueLeaf(authority, certificate.names, { from: now - backdated, to });
  }
  const told = { site, facts: () => undefined, pair, ...(commit === undefined ? {} : { commit }) };
  await putAll(session, step, objectsOf(certificate, told), context);
  if (live !== undefined && !isRight) await showCertificate(session, certificate, pair, signal);
}

/** What is the matter with a certificate: what its authority says, and whether what is made of it is there. */
export function certificateAmiss(
  { site, clock }: Session,
  inventory: Inventory,
  certificate: Certificate,
  main: KubeObject,
  authority: Pair | undefined,
): string | undefined {
  const pair = pairOf(main);
  const amiss = amissOf(certificate, foundPair(certificate, pair), authority?.parsed, clock.now());
  if (amiss !== undefined || pair === undefined) return amiss;
  return amissAmong(inventory, objectsOf(certificate, { site, facts: () => undefined, pair }));
}

/** The certificate and key in a Secret; undefined unless they are whole and belong together. */
function pairOf(secret: KubeObject): Pair | undefined {
  const data = textsAt(secret, "data");
  const text = (key: string): string => Buffer.from(data.get(key) ?? "", "base64").toString("utf8");
  return parsePair(text("certificate.pem") + text("key.pem"));
}

/** A Secret has neither a mode nor an owner: who may read it is the cluster's to say. */
function foundPair({ owner }: Certificate, pair: Pair | undefined): Parameters<typeof amissOf>[1] {
  return { mode: 0o400, owner, ...(pair === undefined ? {} : { text: pair.certificate + pair.key }) };
}

async function showCertificate(
  session: Session,
  certificate: Certificate,
  pair: CertificatePair,
  signal: AbortSignal,
): Promise<void> {
  const { id, service } = certificate;
  const chain = `${pair.certificate.trimEnd()}\n`;
  for (const { container, pods } of await workloadsIn(session, namespaceOf(session.site, service), signal)) {
    for (const { source, target } of container.mounts) {
      if (source === id) {
        const bytes = Buffer.from(pair.certificate);
        await showInPods(session, pods, { path: `${target}/current/certificate.pem`, bytes }, signal);
      }
      if (source === "certificates" && service === "front") {
        const bytes = Buffer.from(chain + pair.key);
        await showInPods(session, pods, { path: `${target}/${id.split("/").at(-1)}.pem`, bytes }, signal);
      }
    }
  }
}
