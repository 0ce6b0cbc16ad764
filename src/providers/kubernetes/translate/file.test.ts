import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { File } from "../../../resource/kinds/file.ts";
import { fileObjects } from "./file.ts";
import { shapeOf } from "./file-shape.ts";
import { fileName } from "./names.ts";
import { resourceOf } from "./resource-of.ts";

const file = (rest: Partial<File> = {}): File => ({
  kind: "file",
  id: "file/blog/blog/people",
  service: "blog",
  needs: [],
  content: { from: "text", entries: {} },
  owner: 0,
  secret: false,
  ...rest,
});
const surroundings = { site: "home", facts: () => undefined };
const tree = (...sizes: readonly number[]) =>
  sizes.map((size, index) => ({ path: `f${index}`, bytes: Buffer.alloc(size, 0xff), executable: index === 0 }));

const treeFile = file({ content: { from: "tree", source: "/site/static", digest: "d" } });
const treeObjects = (...sizes: readonly number[]) => fileObjects(treeFile, { ...surroundings, tree: tree(...sizes) });

describe("a file as objects", () => {
  test("is read back as it was, texts and all, secret or not", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "grapheme" })),
        fc.boolean(),
        (entries, secret) => {
          const sorted = Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
          const made = file({ content: { from: "text", entries: sorted }, secret });
          const [main, ...others] = fileObjects(made, surroundings);
          expect(main && resourceOf(main, others)).toEqual(made);
        },
      ),
    );
  });

  test("shows an edit as another content, and keeps no text in its marks", () => {
    const [main] = fileObjects(file({ content: { from: "text", entries: { names: "ada Ada\n" } } }), surroundings);
    if (main === undefined) throw new Error("expected an object");
    expect(JSON.stringify(main.metadata)).not.toContain("ada Ada");
    const read = resourceOf({ ...main, data: { names: "eve Eve\n" } }, []);
    expect(read?.kind === "file" && read.content).toEqual({ from: "text", entries: { names: "eve Eve\n" } });
  });

  test("lies in several objects when one is too small, and its shape tells which", () => {
    const objects = treeObjects(500_000, 500_000, 10);
    const name = fileName(treeFile.id);
    expect(objects.map(({ metadata }) => metadata.name)).toEqual([name, `${name}-2`]);
    expect(shapeOf(objects)).toEqual({
      kind: "ConfigMap",
      pieces: [
        { name, items: [{ key: "f0", path: "f0", executable: true }] },
        {
          name: `${name}-2`,
          items: [
            { key: "f1", path: "f1", executable: false },
            { key: "f2", path: "f2", executable: false },
          ],
        },
      ],
    });
    expect(shapeOf(objects.slice(0, 1))).toBeUndefined();
    expect(shapeOf([...objects].reverse())).toEqual(shapeOf(objects));
  });

  test("keeps paths that are too long for a key", () => {
    const path = `${"deep/".repeat(60)}index.html`;
    const objects = fileObjects(treeFile, {
      ...surroundings,
      tree: [{ path, bytes: Buffer.from("hello"), executable: false }],
    });
    expect(shapeOf(objects)?.pieces[0]?.items[0]?.path).toBe(path);
  });

  test("is refused when it is too large for a cluster to keep, with what to do", () => {
    expect(() => treeObjects(1_000_000)).toThrow("f0 of file/blog/blog/people");
    expect(() => treeObjects(...Array.from({ length: 20 }, () => 850_000))).toThrow("expected at most 16 MiB in all");
  });

  test("is there, too, when nothing is in it: a listing that nobody is on is empty rather than missing", () => {
    const objects = fileObjects(file(), surroundings);
    expect(objects).toHaveLength(1);
    expect(shapeOf(objects)?.pieces).toHaveLength(1);
  });
});
