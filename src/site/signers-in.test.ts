import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeWorkshop, type SigningKey, type Workshop } from "../source/workshop.ts";
import { loadFiles } from "./cases/case.ts";
import { signersIn } from "./signers-in.ts";

// Real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let shop: Workshop;
let ada: SigningKey;
let grace: SigningKey;

beforeAll(async () => {
  shop = await makeWorkshop();
  ada = await shop.sshKey("ada");
  grace = await shop.openPgpKey("grace");
});
afterAll(() => shop.end());

function siteYaml(...signers: readonly string[]): string {
  const entries = signers.map((signer) =>
    signer.includes("\n") ? `    - |\n${signer.replace(/^/gm, "      ")}\n` : `    - ${signer}\n`,
  );
  return `name: home\ndomain: example.org\nsources:\n  signers:\n${entries.join("")}`;
}

const names = (text: string): readonly string[] => signersIn(text).map(({ name }) => name);

test("a site lists SSH keys by the name behind them and OpenPGP keys by their user", async () => {
  const text = siteYaml(`${ada.text} ada`, grace.text);
  expect(names(text)).toEqual(["ada", "grace <grace@example.org>"]);
  const { site, problems } = await loadFiles({ "site.yaml": text });
  expect(problems).toEqual([]);
  expect(site?.sources?.signers).toEqual([
    { name: "ada", key: ada.key, by: "ssh" },
    { name: "grace <grace@example.org>", key: grace.key, by: "openpgp" },
  ]);
});

test("who is listed counts also when something else in the file is wrong", () => {
  expect(names(`${siteYaml(`${ada.text} ada`, "nonsense")}front: {http: 99999999}\nunknown: 1\n`)).toEqual(["ada"]);
});

test.each([
  ["nothing", ""],
  ["no YAML", "sources: {signers: [\n"],
  ["another form", "sources: {signers: ada}\n"],
  ["no list", "sources: [signers]\n"],
  ["a thing for a key", "sources: {signers: [{ssh-ed25519: AAAA}, 5, null]}\n"],
])("a file with %s lists nobody", (_, text) => {
  expect(names(text)).toEqual([]);
});

test("a key that is none, private, weak or there twice is a problem with its line", async () => {
  const secret = "-----BEGIN OPENSSH PRIVATE KEY-----";
  const { problems } = await loadFiles({
    "site.yaml": siteYaml("nonsense", secret, `${ada.text} ada`).replace("nonsense", "ssh-ed25519 AAAA ben"),
  });
  expect(problems.map(({ code, place }) => `${code} ${place?.line}`)).toEqual([
    "SIGNER_INVALID 5",
    "PUBLIC_KEY_PRIVATE 6",
  ]);
  expect(JSON.stringify(problems)).not.toContain(secret);
  const twice = await loadFiles({ "site.yaml": siteYaml(`${ada.text} ada`, `${ada.text} ben`) });
  expect(twice.problems).toMatchObject([
    { code: "SIGNER_TWICE", message: "expected each key once, got that of ada again" },
  ]);
});
