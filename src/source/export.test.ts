import { lstat, mkdir, readdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readIfThere } from "../lib/fs.ts";
import { ProblemError } from "../lib/problem.ts";
import { exportRevision } from "./export.ts";
import { staysInside } from "./links.ts";
import { makeWorkshop, put, type Workshop, type Yard } from "./workshop.ts";

// Real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let shop: Workshop;
let yard: Yard;
let exports = 0;

beforeAll(async () => {
  shop = await makeWorkshop();
  yard = await shop.repository("site.git");
});
afterAll(() => shop.end());

function target(): string {
  exports += 1;
  return join(shop.directory, "revisions", String(exports));
}

type TreeRow = readonly [mode: string, name: string | Buffer, content: string];

/** A commit of a tree that is written down by hand, since git would not make it: of directories and submodules the content is the id. */
async function commitOf(...rows: readonly TreeRow[]): Promise<string> {
  return commitTree(await rawTree(rows));
}

async function rawTree(rows: readonly TreeRow[]): Promise<string> {
  const bytes: Buffer[] = [];
  for (const [mode, name, content] of rows) {
    const isId = mode === "40000" || mode === "160000";
    const id = isId ? content : (await yard.git(["hash-object", "-w", "--stdin"], content)).trim();
    bytes.push(Buffer.from(`${mode} `), Buffer.from(name), Buffer.from([0]), Buffer.from(id, "hex"));
  }
  const file = join(shop.directory, "tree");
  await writeFile(file, Buffer.concat(bytes));
  return (await yard.git(["hash-object", "-w", "-t", "tree", "--literally", file])).trim();
}

async function commitTree(tree: string): Promise<string> {
  return (await yard.git(["commit-tree", "-m", "x", tree])).trim();
}

async function codeOf(commit: string): Promise<string> {
  const directory = target();
  try {
    await exportRevision(yard.path, commit, directory);
    return "no problem";
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    expect(await readdir(join(directory, ".."))).not.toContain(String(exports));
    return thrown.problem.code;
  }
}

describe("the files of a revision", () => {
  test("come out as they were committed, programs as programs and links as links", async () => {
    const inner = await rawTree([["100755", "run", "#!/bin/sh\n"]]);
    const commit = await commitOf(["100644", "a", "text\n"], ["40000", "bin", inner], ["120000", "link", "bin/run"]);
    const directory = await exportRevision(yard.path, commit, target());
    expect(await readFile(join(directory, "a"), "utf8")).toBe("text\n");
    expect((await stat(join(directory, "bin/run"))).mode & 0o777).toBe(0o755);
    expect((await stat(join(directory, "a"))).mode & 0o777).toBe(0o644);
    expect(await readlink(join(directory, "link"))).toBe("bin/run");
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  test("may have any name and any content", async () => {
    const names = ["line\nbreak", "-rf", "tab\t", 'quote"', "ü", " space ", "$(touch x)"];
    const content = "\0binary\r\n\n100644 blob\n";
    const commit = await commitOf(...names.map((name): TreeRow => ["100644", name, content]));
    const directory = await exportRevision(yard.path, commit, target());
    expect((await readdir(directory)).sort()).toEqual([...names].sort());
    for (const name of names) expect(await readFile(join(directory, name), "utf8")).toBe(content);
  });

  test("are large or empty, and come out whole", async () => {
    const large = "0123456789abcdef".repeat(400_000);
    const commit = await commitOf(["100644", "empty", ""], ["100644", "large", large], ["100644", "same", large]);
    const directory = await exportRevision(yard.path, commit, target());
    expect((await stat(join(directory, "empty"))).size).toBe(0);
    expect(await readFile(join(directory, "large"), "utf8")).toBe(large);
    expect(await readFile(join(directory, "same"), "utf8")).toBe(large);
  });

  test("are those of the commit whatever its attributes, the repository's settings and its hooks say", async () => {
    const sprung = join(shop.directory, "sprung");
    const trap = `touch ${sprung}; cat`;
    for (const [key, value] of [
      ["filter.evil.smudge", trap],
      ["filter.evil.process", trap],
      ["diff.evil.textconv", trap],
      ["core.fsmonitor", `touch ${sprung}`],
      ["core.autocrlf", "true"],
      ["core.attributesFile", join(shop.directory, "attributes")],
      ["tar.tar.command", trap],
    ] as const)
      await yard.git(["config", key, value]);
    for (const hook of ["post-checkout", "post-index-change", "reference-transaction"])
      await put(join(yard.path, "hooks", hook), `#!/bin/sh\ntouch ${sprung}\n`);
    const attributes = "* filter=evil diff=evil text eol=crlf ident export-subst\nhidden export-ignore\n";
    await put(join(yard.path, "info/attributes"), attributes);
    const commit = await commitOf(
      ["100644", ".gitattributes", attributes],
      ["100644", "file", "$Format:%H$ $Id$\n"],
      ["100644", "hidden", "seen\n"],
    );
    const directory = await exportRevision(yard.path, commit, target());
    expect(await readFile(join(directory, "file"), "utf8")).toBe("$Format:%H$ $Id$\n");
    expect(await readFile(join(directory, "hidden"), "utf8")).toBe("seen\n");
    expect(await readIfThere(sprung)).toBeUndefined();
  });

  test("are left as they are when they are there already, also when many export them at once", async () => {
    const commit = await commitOf(["100644", "a", "text\n"]);
    const directory = target();
    await Promise.all(Array.from({ length: 4 }, () => exportRevision(yard.path, commit, directory)));
    const before = await stat(join(directory, "a"));
    await exportRevision(yard.path, commit, directory);
    expect((await stat(join(directory, "a"))).ino).toBe(before.ino);
    expect((await readdir(join(directory, ".."))).filter((name) => name.endsWith(".new"))).toEqual([]);
  });

  test("of one that was killed are swept by the next", async () => {
    const commit = await commitOf(["100644", "a", "text\n"]);
    const directory = target();
    const left = `${directory}.999999-1-0123456789ab.new`;
    await mkdir(left, { recursive: true });
    await exportRevision(yard.path, commit, directory);
    await expect(lstat(left)).rejects.toThrow("ENOENT");
  });
});

describe("a revision that leads elsewhere", () => {
  test.each(["/etc/passwd", "../outside", "bin/../../x", ".git/config", "a/.GIT/hooks", ""])(
    "is refused when a link leads to %j",
    async (link) => {
      expect(await codeOf(await commitOf(["120000", "link", link]))).toBe("REVISION_LINK_OUTSIDE");
    },
  );

  test.each(["..", ".", ".git", ".GIT", ""])("is refused when a file is called %j", async (name) => {
    expect(await codeOf(await commitOf(["100644", name, "x"]))).toMatch(/^(REVISION_PATH|GIT_FAILED)$/);
  });

  test("is refused when a name stands twice, as a link and as a directory behind it", async () => {
    const inner = await rawTree([["100644", "x", "stolen"]]);
    const commit = await commitOf(["120000", "d", "elsewhere"], ["40000", "d", inner]);
    expect(await codeOf(commit)).toBe("REVISION_PATH");
    expect(await codeOf(await commitOf(["100644", "a", "1"], ["100644", "a", "2"]))).toBe("REVISION_PATH");
  });

  test("is refused when it holds a submodule, and says what to do", async () => {
    const commit = await commitOf(["160000", "sub", "a".repeat(40)]);
    expect(await codeOf(commit)).toBe("REVISION_SUBMODULE");
  });

  test("is refused when it has more files than a site can have", async () => {
    const id = (await yard.git(["hash-object", "-w", "--stdin"], "x")).trim();
    const rows = Array.from({ length: 20_001 }, (_, index) => `100644 blob ${id}\tfile-${index}\n`);
    const tree = await yard.git(["mktree"], rows.join(""));
    expect(await codeOf(await commitTree(tree.trim()))).toBe("REVISION_TOO_LARGE");
  });

  test("is refused when a name is not UTF-8, since two names could become one", async () => {
    expect(await codeOf(await commitOf(["100644", Buffer.from([0xff]), "x"]))).toBe("REVISION_PATH");
  });
});

test("a link that is let through leads inside, whatever links stand on its way", () => {
  const name = fc.constantFrom("a", "b", "c");
  const words = fc.array(fc.constantFrom("a", "b", "c", "..", ".", ""), { minLength: 1, maxLength: 6 });
  const links = fc.dictionary(
    fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
    words,
    {
      maxKeys: 6,
      noNullPrototype: true,
    },
  );
  fc.assert(
    fc.property(links, (all) => {
      const kept = new Map(
        Object.entries(all)
          .map(([path, steps]): [string, string] => [path, steps.join("/")])
          .filter(([path, to]) => staysInside(path, to)),
      );
      const real = new Map([...kept].filter(([path]) => above(path).every((parent) => !kept.has(parent))));
      for (const path of real.keys()) expect(leadsOutside(path, real)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

function above(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Walks as the kernel does; a circle leads nowhere. */
function leadsOutside(path: string, links: ReadonlyMap<string, string>): boolean {
  let here: string[] = [];
  let left = path.split("/");
  for (let steps = 0; steps < 200; steps += 1) {
    const [next, ...rest] = left;
    if (next === undefined) return false;
    left = rest;
    if (next === "" || next === ".") continue;
    if (next === "..") {
      if (here.length === 0) return true;
      here = here.slice(0, -1);
      continue;
    }
    const to = links.get([...here, next].join("/"));
    if (to === undefined) here = [...here, next];
    else left = [...to.split("/"), ...left];
  }
  return false;
}
