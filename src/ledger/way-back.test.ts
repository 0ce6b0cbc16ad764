import { describe, expect, test } from "vitest";
import type { Entry, ServiceEntry } from "./journal.ts";
import { commitAt, commitBefore, liveCommit, revertOffers, stateLeftBy } from "./way-back.ts";

function id(letter: string): string {
  return letter.repeat(40);
}

function entry(at: number, letter: string | undefined, services: Record<string, Partial<ServiceEntry>>): Entry {
  return {
    at,
    milliseconds: 10,
    way: "push",
    ...(letter !== undefined && {
      revision: {
        commit: id(letter),
        parents: [],
        author: { name: "Ada", email: "ada@example.org" },
        authoredAt: at,
        subject: letter,
        body: "",
        signer: { name: "ada", key: "SHA256:x", by: "ssh" },
      },
    }),
    services: Object.fromEntries(
      Object.entries(services).map(([name, rest]) => [name, { result: "done", what: [], ...rest }]),
    ),
  };
}

/** a: all three come. b: mail. c: blog. d: mail goes wrong. */
const journal = [
  entry(400, "d", { mail: { result: "undone", snapshot: "s4" } }),
  entry(300, "c", { blog: {} }),
  entry(200, "b", { mail: { snapshot: "s2" } }),
  entry(150, undefined, { blog: {} }),
  entry(100, "a", { blog: {}, mail: {}, chat: {} }),
];

describe("where a rollback leads without being told", () => {
  test("is before the last change of all, for the whole site", () => {
    expect(commitBefore(journal, [])).toBe(id("c"));
  });

  test("is before the last change of that service, one that was undone included", () => {
    expect(commitBefore(journal, ["blog"])).toBe(id("b"));
    expect(commitBefore(journal, ["mail"])).toBe(id("c"));
    expect(commitBefore(journal, ["mail", "blog"])).toBe(id("c"));
  });

  test("is nowhere for what never changed, or was never there", () => {
    expect(commitBefore(journal, ["chat"])).toBeUndefined();
    expect(commitBefore(journal, ["vault"])).toBeUndefined();
    expect(commitBefore([], [])).toBeUndefined();
  });

  test("is not the same commit again when it was tried twice, and not one that only left the service as it was", () => {
    const again = [
      entry(600, "e", { mail: { result: "kept-back" }, blog: {} }),
      entry(500, "d", { mail: { result: "undone" } }),
      ...journal,
    ];
    expect(commitBefore(again, ["mail"])).toBe(id("c"));
  });
});

test("what was live at a time is the last change before it", () => {
  expect(commitAt(journal, 299)).toBe(id("b"));
  expect(commitAt(journal, 300)).toBe(id("c"));
  expect(commitAt(journal, 99)).toBeUndefined();
});

test("what is live of a service that is held back is what it was before that began", () => {
  const later = [entry(500, "e", { mail: { result: "kept-back" } }), ...journal];
  expect(liveCommit(later)).toBe(id("e"));
  expect(liveCommit(later, "mail")).toBe(id("c"));
  expect(liveCommit(later, "blog")).toBe(id("e"));
  expect(liveCommit([])).toBeUndefined();
});

describe("the state that a commit left a service with", () => {
  test("is the snapshot of the next change of that service", () => {
    expect(stateLeftBy(journal, "mail", id("a"))).toEqual({ service: "mail", snapshot: "s2", at: 200 });
    expect(stateLeftBy(journal, "mail", id("b"))).toEqual({ service: "mail", snapshot: "s4", at: 400 });
    expect(stateLeftBy(journal, "mail", id("c"))).toEqual({ service: "mail", snapshot: "s4", at: 400 });
  });

  test("is what is there when nothing was taken since, or the commit is not known", () => {
    expect(stateLeftBy(journal, "mail", id("d"))).toBeUndefined();
    expect(stateLeftBy(journal, "blog", id("a"))).toBeUndefined();
    expect(stateLeftBy(journal, "mail", id("f"))).toBeUndefined();
  });
});

describe("a plain revert", () => {
  const revert = { body: `This reverts commit ${id("b")}.` };

  test("is told which state it has not brought back, and how that is done", () => {
    const after = [entry(500, "e", { mail: { snapshot: "s5" } }), ...journal];
    expect(revertOffers([revert], after)).toEqual([
      { service: "mail", snapshot: "s2", at: 200, to: id("a"), command: "freehold rollback mail --to aaaaaaa --data" },
    ]);
  });

  test("is told nothing of a state that comes back already, or that was never taken", () => {
    expect(revertOffers([revert, { body: "Restore-State: mail 20261121T140301Z-1a2b3c4" }], journal)).toEqual([]);
    expect(revertOffers([{ body: `This reverts commit ${id("c")}.` }], journal)).toEqual([]);
    expect(revertOffers([{ body: `This reverts commit ${id("f")}.` }], journal)).toEqual([]);
  });
});
