import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { siteLayout } from "../../src/providers/layout.ts";
import { removeSnapshot } from "../../src/providers/podman/state/kept.ts";
import { restoreState } from "../../src/providers/podman/state/restore.ts";
import { takeState } from "../../src/providers/podman/state/take.ts";

/** Takes snapshots of a service's state and puts one back, for ever: to be killed anywhere. Arguments: root, service, file, snapshot, another. */
const [root = "", service = "", file = "", first = "", second = ""] = process.argv.slice(2);
const layout = siteLayout({ root, run: join(root, "run") }, "home");
const { signal } = new AbortController();
const how = { layout, service, report: () => {}, signal };
process.stdout.write("begun\n");
for (;;) {
  await writeFile(join(layout.state, service, file), "now");
  await restoreState({ ...how, name: first });
  await takeState({ ...how, name: second, at: 2, atRest: async () => {} });
  await removeSnapshot(layout, service, second);
}
