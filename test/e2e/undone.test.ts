import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execOrFail } from "../../src/lib/exec.ts";
import { siteLayout } from "../../src/providers/layout.ts";
import { endMachines } from "../world/machine.ts";
import { createLab, type TestSite } from "../world/site.ts";

/** A program with a database, which its second version migrates before it finds that it cannot go on. */
const image = `FROM docker.io/library/debian:trixie-slim
STOPSIGNAL SIGKILL
COPY notes /notes
CMD ["sh", "/notes"]
`;
const program = `echo "this is version $VERSION"
if [ "$VERSION" = 1 ]; then exec sleep infinity; fi
echo "migrated to version $VERSION" > /data/database
echo "cannot go on" >&2
exit 4
`;
const notes = (version: number): string => `build: images/notes\nstate: {data: /data}\nenv: {VERSION: "${version}"}\n`;

let lab: TestSite;
let database: string;
beforeAll(async () => {
  lab = await createLab({
    "images/notes/Containerfile": image,
    "images/notes/notes": program,
    "services/notes.yaml": notes(1),
  });
  const { machine } = lab;
  const disk = join(machine.disk, "btrfs");
  await execOrFail(["truncate", "--size=2G", disk]);
  await execOrFail(["mkfs.btrfs", "--quiet", disk]);
  // The kernel gives the loop device back when the machine and its mounts end.
  await machine.exec(["mount", "--mkdir", "-o", "loop", disk, machine.root]);
  await lab.mustUp();
  const { state } = siteLayout({ root: machine.root, run: "" }, "lab");
  database = join(`/proc/${machine.pid()}/root`, state, "notes/notes/data/database");
});
afterAll(endMachines);

test("a version that has migrated its data and then cannot go on goes back with its data, and is there to be looked at", async () => {
  await lab.must(["exec", "notes", "--", "sh", "-c", "echo letters > /data/database"]);
  await lab.write({ "services/notes.yaml": notes(2) });
  const { code, stdout } = await lab.up();
  expect({ code, stdout }).toMatchObject({ code: 1 });
  expect(await readFile(database, "utf8")).toBe("letters\n");
  expect(await lab.must(["logs", "notes", "--failed"])).toMatch(/this is version 2\n[^\n]*cannot go on\n$/);
  expect((await lab.status()).services.map(({ state }) => state)).toEqual(["healthy"]);
});
