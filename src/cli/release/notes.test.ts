import { expect, test } from "vitest";
import { monthOf, nextTag } from "./month.ts";
import { notesOf, notesText } from "./notes.ts";

const commit = (subject: string, author = "ada") => ({ commit: "3f2a9c1d00", author, subject });

test("notes tell in groups what changed, who did it, and how many were only updates", () => {
  const commits = [
    "deps(blog): nginx 1.29 → 1.30",
    "more memory for mail",
    "fix(mail): a filter",
    "chore(deps): redis",
    "feat!: chat",
  ];
  const notes = notesOf([...commits.map((subject) => commit(subject)), commit('Revert "feat!: chat"', "ben")]);
  expect(notesText("v26.11: November 2026", notes)).toBe(`v26.11: November 2026

6 changes by ada, ben; 2 of them updates of images.

## New (1)

- chat (3f2a9c1, ada)

## Mended (1)

- mail: a filter (3f2a9c1, ada)

## Changed (1)

- more memory for mail (3f2a9c1, ada)

## Taken back (1)

- Revert "feat!: chat" (3f2a9c1, ben)

## Updates (2)

- blog: nginx 1.29 → 1.30 (3f2a9c1, ada)
- redis (3f2a9c1, ada)
`);
});

test("a month is the person's, and its second release is counted", () => {
  const lastMinute = Date.UTC(2026, 10, 30, 23, 30);
  expect(monthOf(lastMinute, "UTC")).toEqual({ tag: "v26.11", title: "November 2026" });
  expect(monthOf(lastMinute, "Europe/Berlin").tag).toBe("v26.12");
  expect(nextTag("v26.11", ["v26.10", ""])).toBe("v26.11");
  expect(nextTag("v26.11", ["v26.11"])).toBe("v26.11.1");
  expect(nextTag("v26.11", ["v26.11", "v26.11.1", "v26.11.9", "v26.1"])).toBe("v26.11.10");
});
