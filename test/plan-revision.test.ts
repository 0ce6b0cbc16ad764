import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Checkout, checkouts } from "./world/checkout.ts";

/** Dozens of processes of git each: a busy machine takes its time. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let site: Checkout;

/** On `main` a site of two services; on `trial` more memory, and a service with mistakes. */
const all = checkouts(async (made) => {
  await made.commit("Blog and mail");
  await made.git("push", "--quiet", "home", "main");
  await made.git("checkout", "--quiet", "-b", "trial");
  await made.write("services/mail.yaml", (await made.read("services/mail.yaml")).replace("256M", "512M"));
  await made.commit("More memory");
  await made.git("checkout", "--quiet", "-b", "bad");
  await made.write("services/vault.yaml", 'image: "|<b>@ada"\n');
  await made.commit("A vault");
  await made.git("checkout", "--quiet", "main");
  await made.git("fetch", "--quiet", "home");
  return {};
});

beforeEach(async () => {
  ({ site } = await all.next());
});

afterEach(() => site.end());
afterAll(() => all.end());

describe("the plan of a branch", () => {
  test("is made against what runs, and leaves the checkout as it is, whatever stands in it", async () => {
    expect((await site.freehold(["up", "--yes"])).code).toBe(0);
    await site.write("services/mail.yaml", "half done\n");
    const { code, out } = await site.freehold(["plan", "--rev", "trial"]);
    expect(code).toBe(4);
    expect(out).toMatch(/^trial \(\w{7}\), compared with what runs on attic\.\n/);
    expect(out).toMatch(/mail +replace +memory 256M → 512M/);
    expect(await site.read("services/mail.yaml")).toBe("half done\n");
    expect(await site.git("status", "--porcelain")).toBe(" M services/mail.yaml\n");
    expect((await site.freehold(["plan", "--rev", "main"])).code).toBe(0);
    await site.git("checkout", "--quiet", "services/mail.yaml");
    expect(await site.freehold(["plan", "--markdown"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^### home: nothing to change\n/),
    });
  });

  test("is made against the site's branch where the site does not run", async () => {
    const { code, out } = await site.freehold(["plan", "--rev", "trial"]);
    expect([code, out]).toEqual([4, expect.stringContaining("which is taken to run")]);
    expect(out).toMatch(/mail +replace +memory 256M → 512M/);
    expect(out).toContain("1 unchanged.");
    expect((await site.freehold(["plan", "--rev", "trial", "--base", "trial"])).code).toBe(0);
  });

  test("needs something to compare with", async () => {
    await site.git("remote", "remove", "home");
    const { code, err } = await site.freehold(["plan", "--rev", "trial"]);
    expect([code, err]).toEqual([1, expect.stringContaining("name what runs by --base")]);
    expect((await site.freehold(["plan", "--rev", "nowhere"])).err).toContain("expected a branch, a tag or a commit");
  });

  test("is a comment for a pull request: what changes, what it means, what is wrong and where, and nothing that acts", async () => {
    const { code, out } = await site.freehold(["plan", "--rev", "bad", "--markdown"]);
    expect(code).toBe(4);
    expect(out).toMatch(/^### home: 1 service would change, 1 problem\n/);
    expect(out).toContain(
      "| **mail** | replace | memory 256M → 512M | about 2 s without mail; nothing is lost | yes |",
    );
    expect(out).toContain("- services/vault.yaml:1:8 **IMAGE_INVALID**");
    expect(out).toContain("&#124;&#60;b&#62;&#64;ada");
    expect(out).not.toContain("<b>");
  });

  test("tells the cost of the copies of data where the data is", async () => {
    site.world.snapshotWay = "copy";
    await site.freehold(["up", "--yes"]);
    const { out } = await site.freehold(["plan", "--rev", "trial", "--markdown"]);
    expect(out).toMatch(/\| \*\*mail\*\* \| replace \|.*\| yes: \d+ B, about [\d.]+ s \|/);
  });

  test("of a site that cannot run at all is not made", async () => {
    await site.git("checkout", "--quiet", "-b", "broken");
    await site.write("site.yaml", "name: [\n");
    await site.commit("Broken");
    const { code, err } = await site.freehold(["plan", "--rev", "broken", "--base", "main"]);
    expect([code, err]).toEqual([10, expect.stringContaining("site.yaml")]);
  });
});
