import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignSlots } from "../addresses.ts";
import { compile } from "../compile.ts";
import { randomSite } from "../random-site.ts";
import { relist } from "./relist.ts";

describe("a site that is relisted", () => {
  test("is what it would be compiled to with these people, whatever the site", () => {
    fc.assert(
      fc.property(randomSite, fc.boolean(), (site, some) => {
        const here = site.services.filter(({ parts }) => parts.length > 0).map(({ name }) => name);
        const slots = assignSlots(here, {}, []);
        const people = site.people.map((person) =>
          some ? { ...person, password: `$argon2id$of-${person.name}` } : person,
        );
        const after = { ...site, people };
        expect(relist(compile(site, slots), after)).toEqual(compile(after, slots));
      }),
    );
  });
});
