import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { restoreLines, restoresOf, restoreTrailers, revertedIn } from "./trailers.ts";

const snapshot = "20261121T140301Z-1a2b3c4";

describe("the line that brings state back", () => {
  test("is read from the last paragraph of a message", () => {
    const message = `Roll mail back\n\nIt lost letters.\n\nRestore-State: mail ${snapshot}\nRestore-State: chat ${snapshot}\n`;
    expect(restoreTrailers(message)).toEqual({ restore: { mail: snapshot, chat: snapshot }, problems: [] });
  });

  test("is read beside other trailers, in any case, folded", () => {
    const message = `Roll back\n\nSigned-off-by: Ada <ada@example.org>\nrestore-state: mail\n  ${snapshot}\n`;
    expect(restoreTrailers(message).restore).toEqual({ mail: snapshot });
  });

  test.each([
    ["in a paragraph that is not the last", `Say\n\nRestore-State: mail ${snapshot}\n\nThat line did it.\n`],
    ["in a sentence", `Say\n\nThe line was\nRestore-State: mail ${snapshot}\n`],
    ["quoted", `Say\n\n> Restore-State: mail ${snapshot}\n`],
    ["indented, as a squash writes it", `Say\n\n    Restore-State: mail ${snapshot}\n`],
    ["of another key", `Say\n\nRestore-States: mail ${snapshot}\n`],
  ])("asks for nothing %s", (_where, message) => {
    expect(restoreTrailers(message)).toEqual({ restore: {}, problems: [] });
  });

  test.each([
    "mail",
    `mail ${snapshot} more`,
    "mail ../../etc",
    `../mail ${snapshot}`,
    `Mail_ ${snapshot}`,
    `mail -rf`,
    "",
  ])("that cannot be meant is a problem, never a path: %j", (value) => {
    const { restore, problems } = restoreTrailers(`Say\n\nRestore-State: ${value}\n`);
    expect(restore).toEqual({});
    expect(problems.map(({ code }) => code)).toEqual(["TRAILER_INVALID"]);
  });

  test("of a later commit counts more than that of an earlier one", () => {
    const later = "20261121T150000Z-push";
    const older = { body: `Restore-State: mail ${snapshot}\nRestore-State: chat ${snapshot}` };
    expect(restoresOf([older, { body: "" }, { body: `Restore-State: mail ${later}` }]).restore).toEqual({
      mail: later,
      chat: snapshot,
    });
  });

  test("is written as it is read", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,20}$/);
    fc.assert(
      fc.property(
        fc.dictionary(
          name,
          name.map((word) => `20261121T140301Z-${word}`),
        ),
        (restore) => {
          const read = restoreTrailers(`Roll back\n\n${restoreLines(restore).join("\n")}\n`);
          expect(read).toEqual({ restore: { ...restore }, problems: [] });
        },
      ),
    );
  });

  const letter = fc.constantFrom(
    ..."aZ09-_./\\ \t\n\r:>~\u0000\u202e\ud83d\ude00é",
    "Restore-State:",
    snapshot,
    "mail",
  );

  test("never makes anything of any text but labels and plain names", () => {
    fc.assert(
      fc.property(fc.string({ unit: letter, maxLength: 60 }), (text) => {
        for (const [service, name] of Object.entries(restoreTrailers(`Restore-State: ${text}`).restore))
          expect(`${service} ${name}`).toMatch(/^[a-z0-9-]+ [A-Za-z0-9-]+$/);
      }),
    );
  });
});

test("what git revert takes back is read from its own words alone", () => {
  const commit = "a".repeat(40);
  expect(revertedIn(`Revert "More memory"\n\nThis reverts commit ${commit}.\n`)).toEqual([commit]);
  expect(revertedIn(`This reverts commit ${commit}, reversing\nchanges made to ${"b".repeat(40)}.`)).toEqual([commit]);
  expect(revertedIn("This reverts commit abc.\nIt is said that This reverts commit too")).toEqual([]);
});
