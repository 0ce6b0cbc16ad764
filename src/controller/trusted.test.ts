import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readSource, writeSource } from "../ledger/source.ts";
import { problem, problemOf } from "../lib/problem.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import { addSigner, removeSigner } from "../source/signer-list.ts";
import { makeWorkshop, type SigningKey, type Workshop, type Yard } from "../source/workshop.ts";
import { judge, refuse, trust } from "./trusted.ts";

// Real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let shop: Workshop;
let ada: SigningKey;
let bob: SigningKey;
let sites = 0;

beforeAll(async () => {
  shop = await makeWorkshop();
  ada = await shop.sshKey("ada");
  bob = await shop.sshKey("bob");
});
afterAll(() => shop.end());

async function newSite(): Promise<SiteLayout & { readonly yard: Yard }> {
  sites += 1;
  const layout = siteLayout({ root: shop.directory, run: shop.directory }, `home-${sites}`);
  const yard = await shop.repository(`sites/home-${sites}/repository.git`);
  await addSigner(layout.trust, ada);
  await writeSource(layout.ledger, { branch: "main" });
  return { ...layout, yard };
}

const listing = (key: SigningKey) => ({
  "site.yaml": `name: home\ndomain: example.org\nsources: {signers: [${key.text} ${key.name}]}\n`,
});

const verdict = async (site: SiteLayout, to: string): Promise<string> => {
  try {
    return (await judge(site, to)).map(({ signer }) => signer.name).join(" ");
  } catch (thrown) {
    return problemOf(thrown).code;
  }
};

test("a site is judged by the machine's list and by its own site.yaml, from the trusted commit on", async () => {
  const site = await newSite();
  const first = await site.yard.commit({ by: ada, files: listing(bob) });
  const second = await site.yard.commit({ by: bob });
  expect(await verdict(site, second)).toBe("ada bob");
  await trust(site, first);
  expect(await verdict(site, second)).toBe("bob");
  await removeSigner(site.trust, ada);
  expect(await verdict(site, second)).toBe("bob");
  await site.yard.commit({ by: bob, files: { "site.yaml": "name: home\ndomain: example.org\n" } });
  const late = await site.yard.commit({ by: bob });
  expect(await verdict(site, late)).toBe("NO_SIGNERS");
});

test("whoever vouches for a commit on the machine goes back, or takes what was never signed", async () => {
  const site = await newSite();
  const old = await site.yard.commit();
  const next = await site.yard.commit({ by: ada });
  const newest = await site.yard.commit({ by: ada });
  expect(await verdict(site, newest)).toBe("UNSIGNED");
  await trust(site, old);
  expect(await verdict(site, newest)).toBe("ada ada");
  await trust(site, newest);
  expect(await verdict(site, next)).toBe("REWOUND");
  await trust(site, next);
  expect(await verdict(site, newest)).toBe("ada");
});

test("a head that was refused is remembered until a good one is trusted", async () => {
  const site = await newSite();
  const head = await site.yard.commit();
  await refuse(site, head, problem("UNSIGNED", "expected a signature, got none"), 5);
  expect(await readSource(site.ledger)).toMatchObject({ branch: "main", refused: { commit: head, at: 5 } });
  await trust(site, head);
  expect(await readSource(site.ledger)).toEqual({ branch: "main", trusted: head });
});

test("a site that does not follow git is not judged, and says how it would", async () => {
  const layout = siteLayout({ root: shop.directory, run: shop.directory }, "other");
  expect(await verdict(layout, "a".repeat(40))).toBe("SOURCE_NONE");
  expect(await verdict(layout, "--all")).toBe("REVISION_UNKNOWN");
});
