import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Problem, problemOf } from "../../lib/problem.ts";
import { digestOf, type RegistryOptions, tagsOf } from "../../providers/registry/registry.ts";
import { chooseTag, type UpdateStep, updateStep } from "../../site/images/choose.ts";
import { writtenImage } from "../../site/images/edit-image.ts";
import { imageName, taggedReference } from "../../site/images/image-name.ts";
import type { Lock } from "../../site/images/locked.ts";
import { versionTag } from "../../site/images/tag.ts";
import type { Part, Service } from "../../site/site.ts";

/** A newer image for one part of a service. */
export type Proposal = {
  readonly service: string;
  readonly part: string;
  /** Without tag and digest. */
  readonly repository: string;
  readonly fromTag: string;
  readonly toTag: string;
  /** What ran until now; absent when nothing was pinned. */
  readonly fromDigest?: string;
  readonly toDigest: string;
  readonly step: UpdateStep | "pinned";
  /** The digest stands in the service's file rather than in the lock. */
  readonly inFile: boolean;
};

/** What came of looking: newer images, images that are the newest, and what could not be asked. */
export type Proposals = {
  readonly proposals: readonly Proposal[];
  readonly unchanged: number;
  readonly problems: readonly { readonly service: string; readonly problem: Problem }[];
};

/** How many services are asked about at one time. */
const atOnce = 4;

/** Asks the registries what is newer for each service, as far as the service's `update` goes. A registry that does not answer stops nobody else. */
export async function propose(
  directory: string,
  services: readonly Service[],
  lock: Lock,
  options: RegistryOptions,
): Promise<Proposals> {
  const proposals: Proposal[] = [];
  const problems: { service: string; problem: Problem }[] = [];
  let unchanged = 0;
  const queue = services.filter(({ update }) => update !== "manual");
  const work = async (): Promise<void> => {
    for (let service = queue.shift(); service !== undefined; service = queue.shift()) {
      for (const part of service.parts.filter(({ image }) => image.from === "registry")) {
        try {
          const proposal = await proposeFor(directory, service, part, lock, options);
          if (proposal === undefined) unchanged += 1;
          else proposals.push(proposal);
        } catch (thrown) {
          options.signal.throwIfAborted();
          problems.push({ service: service.name, problem: problemOf(thrown) });
        }
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const byName = <Entry extends { service: string }>(a: Entry, b: Entry): number => (a.service < b.service ? -1 : 1);
  return { proposals: proposals.sort(byName), unchanged, problems: problems.sort(byName) };
}

async function proposeFor(
  directory: string,
  service: Service,
  part: Part,
  lock: Lock,
  options: RegistryOptions,
): Promise<Proposal | undefined> {
  const file = `services/${service.name}.yaml`;
  const written = writtenImage(await readFile(join(directory, file), "utf8"), { file, part: part.name });
  if (written === undefined) return undefined;
  const name = imageName(written);
  const { repository, tag = "latest" } = name;
  const tags = versionTag(tag) === undefined ? [] : await tagsOf(repository, options);
  const toTag = chooseTag(tag, tags, service.update);
  const toDigest = await digestOf(`${repository}:${toTag}`, options);
  const key = taggedReference(name);
  const fromDigest = name.digest ?? (Object.hasOwn(lock, key) ? lock[key] : undefined);
  if (toTag === tag && toDigest === fromDigest) return undefined;
  return {
    service: service.name,
    part: part.name,
    repository,
    fromTag: tag,
    toTag,
    ...(fromDigest !== undefined && { fromDigest }),
    toDigest,
    step: toTag === tag && fromDigest === undefined ? "pinned" : updateStep(tag, toTag),
    inFile: name.digest !== undefined,
  };
}
