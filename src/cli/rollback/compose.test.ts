import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Git, gitIn } from "../git.ts";
import { compose } from "./compose.ts";

type Files = Readonly<Record<string, string>>;

let directory: string;
let git: Git;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-compose-"));
  const env = { PATH: process.env.PATH, HOME: directory, GIT_CONFIG_NOSYSTEM: "1" };
  git = gitIn(directory, env, new AbortController().signal);
  await git.ask(["init", "--quiet", "--bare"]);
});
afterAll(() => rm(directory, { recursive: true }));

/** Commits with these files, one on the other, by one process. */
async function commits(...all: readonly Files[]): Promise<readonly string[]> {
  const stream = all.map((files, index) => {
    const parent = index === 0 ? "" : `from :${index}\n`;
    const blobs = Object.entries(files).map(([path, text]) => `M 644 inline ${path}\ndata ${text.length}\n${text}\n`);
    return `commit refs/heads/main\nmark :${index + 1}\ncommitter A <a@b> 0 +0000\ndata 1\nx\n${parent}deleteall\n${blobs.join("")}`;
  });
  const marks = join(directory, "marks");
  await git.ask(["fast-import", "--quiet", "--force", `--export-marks=${marks}`], { input: stream.join("\n") });
  const ids = await git.ask(["rev-list", "--reverse", `--max-count=${all.length}`, "main"]);
  return ids.split("\n");
}

async function filesOf(tree: string): Promise<Files> {
  const listed = await git.ask(["ls-tree", "-r", "--format=%(path) %(objectname)", tree]);
  return Object.fromEntries(listed.split("\n").flatMap((line) => (line === "" ? [] : [line.split(" ")])));
}

const paths = ["a/1", "a/2", "b/1", "c", "people.yaml", "services/two.yaml"];
const text = fc.constantFrom("x\n", "y\n");

/** A service's file that names some of the paths. */
const service = fc.record({
  files: fc.subarray(["a", "a/1", "b", "c", "people.yaml", "services/two.yaml"]),
  salt: text,
});

const site = fc.record({
  one: fc.option(service),
  two: service,
  rest: fc.dictionary(fc.constantFrom(...paths.filter((path) => path !== "services/two.yaml")), text),
});

type Service = { readonly files: readonly string[]; readonly salt: string };

function written({ files, salt }: Service): string {
  return `image: docker.io/library/x:1\nfiles: {${files.map((file, at) => `/f${at}: ${file}`).join(", ")}}\ntitle: ${salt}`;
}

function all({ one, two, rest }: { one: Service | null; two: Service; rest: Files }): Files {
  return {
    "site.yaml": "name: home\n",
    ...rest,
    ...(one && { "services/one.yaml": written(one) }),
    "services/two.yaml": written(two),
  };
}

function isBelow(path: string, named: readonly string[]): boolean {
  return named.some((name) => path === name || path.startsWith(`${name}/`));
}

describe("the files of a rollback of one service", () => {
  test("are its own as they were, with all that it named then, and all others as they are, whatever they name", async () => {
    await fc.assert(
      fc.asyncProperty(site, site, async (then, now) => {
        const [target = "", base = ""] = await commits(all(then), all(now));
        if (then.one === null && now.one === null) return;
        const { tree } = await compose(git, { base, target, services: ["one"] });
        const [old, current, found] = [await filesOf(target), await filesOf(base), await filesOf(tree)];
        expect(found["services/one.yaml"]).toBe(old["services/one.yaml"]);
        for (const path of ["site.yaml", "people.yaml", "services/two.yaml"]) expect(found[path]).toBe(current[path]);
        for (const path of ["a/1", "a/2", "b/1", "c"]) {
          if (isBelow(path, then.one?.files ?? [])) expect([path, found[path]]).toEqual([path, old[path]]);
          else if (!isBelow(path, now.one?.files ?? []) || isBelow(path, now.two.files))
            expect([path, found[path]]).toEqual([path, current[path]]);
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test("are what is there already when it goes back to the present", async () => {
    const files = { "site.yaml": "name: home\n", "services/one.yaml": "static: a\n", "a/1": "x\n" };
    const [target = "", base = ""] = await commits(files, { ...files, "notes.md": "mine\n" });
    const { tree, changed } = await compose(git, { base, target, services: ["one"] });
    expect(changed).toEqual([]);
    expect(tree).toBe(await git.ask(["rev-parse", `${base}^{tree}`]));
  });

  test("may have put a directory where a file is now, and the other way round", async () => {
    const one = { "site.yaml": "name: home\n", "services/one.yaml": "static: a\n" };
    const [first = "", second = "", third = ""] = await commits(
      { ...one, "a/1": "x\n" },
      { ...one, a: "file\n" },
      { ...one, "a/1": "x\n" },
    );
    const back = await compose(git, { base: second, target: first, services: ["one"] });
    expect(back.changed.map(({ path, change }) => `${path} ${change}`)).toEqual(["a goes", "a/1 comes back"]);
    const again = await compose(git, { base: third, target: second, services: ["one"] });
    expect(again.changed.map(({ path, change }) => `${path} ${change}`)).toEqual(["a comes back", "a/1 goes"]);
  });
});
