import { describe, expect, test } from "vitest";
import { samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import { narrow } from "./narrow.ts";

const now = sampleSite([sampleService("blog", { title: "new" }), sampleService("mail", { title: "new" })]);
const before = sampleSite([sampleService("mail", { title: "old" }), sampleService("wiki", { title: "old" })]);
const titles = (site: typeof now): string[] => site.services.map(({ name, title }) => `${title} ${name}`);

describe("bringing only some services up", () => {
  test("takes those as they are written and all others as they were last applied", () => {
    expect(titles(narrow(now, { site: before, desired: [], stopped: false }, ["blog"]))).toEqual([
      "new blog",
      "old mail",
      "old wiki",
    ]);
  });

  test("lets a service go that is asked for and no longer written", () => {
    expect(titles(narrow(now, { site: before, desired: [], stopped: false }, ["wiki"]))).toEqual(["old mail"]);
  });

  test("brings nothing else back after down, and takes all when nothing is named", () => {
    expect(titles(narrow(now, { site: before, desired: [], stopped: true }, ["blog"]))).toEqual(["new blog"]);
    expect(narrow(now, undefined, [])).toBe(now);
  });

  test("keeps the secrets of the others as they were sealed when they were last applied", () => {
    const mail = sampleService("mail", {
      parts: [samplePart("mail", { secrets: [{ secret: "mail-dkim", as: "file", path: "/run/key" }] })],
    });
    const site = (text: string) => sampleSite([mail], { secrets: { values: { "mail-dkim": text }, keys: [] } });
    const asked = narrow(site("new"), { site: site("old"), desired: [], stopped: false }, ["mail"]);
    expect(asked.services[0]?.sealed).toBeUndefined();
    const kept = narrow(
      sampleSite([mail, sampleService("blog")], { secrets: site("new").secrets }),
      { site: site("old"), desired: [], stopped: false },
      ["blog"],
    );
    expect(kept.services.find(({ name }) => name === "mail")?.sealed?.values).toEqual({ "mail-dkim": "old" });
  });

  test("refuses a name that nobody has, and says which was meant", () => {
    expect(() => narrow(now, undefined, ["blgo"])).toThrow('got "blgo"');
  });
});
