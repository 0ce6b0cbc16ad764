// Builds every image that tests start from into the storage of a root, the way freehold itself does. Words: DIRECTORY for files, ROOT, RUN.
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { compile } from "../../src/features/compile.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { ProblemError } from "../../src/lib/problem.ts";
import { podmanRuntime } from "../../src/providers/podman/provider.ts";
import type { Image } from "../../src/resource/kinds/image.ts";
import { bounded } from "../../src/site/bounded.ts";
import { load } from "../../src/site/load.ts";

const checkout = resolve(import.meta.dirname, "../..");
const [directory = "", root = "", run = ""] = process.argv.slice(2);
const site = join(directory, "site");

/** How many are built side by side: one fetches packages while another unpacks them. */
const atOnce = 3;

/** Every image that freehold maintains, and that of the service that tests use, as one site of services that never start. */
async function images(): Promise<Image[]> {
  await rm(site, { recursive: true, force: true });
  await cp(join(import.meta.dirname, "lab"), site, { recursive: true });
  await mkdir(join(site, "services"), { recursive: true });
  await cp(join(checkout, "catalog/blog.yaml"), join(site, "services/blog.yaml"));
  await cp(join(checkout, "catalog/blog"), site, { recursive: true });
  await writeFile(join(site, "services/probe.yaml"), "build: images/probe\nport: 8080\n");
  for (const entry of await readdir(join(checkout, "images"), { withFileTypes: true })) {
    // The front door's image and that of static files come with every site; the controller's is put together, see cluster-images.ts.
    if (!entry.isDirectory() || ["front", "web", "controller"].includes(entry.name)) continue;
    await writeFile(join(site, `services/${entry.name}.yaml`), `image: freehold/${entry.name}\n`);
  }
  const loaded = await load(site, { images: join(checkout, "images") });
  if (loaded.site === undefined || loaded.broken.length > 0) throw new Error(JSON.stringify(loaded.problems, null, 2));
  const slots = Object.fromEntries(loaded.site.services.map(({ name }, index) => [name, index + 1]));
  return compile(loaded.site, slots).flatMap((resource) => (resource.kind === "image" ? [resource] : []));
}

const runtime = podmanRuntime({ roots: { root, run }, clock: systemClock });
const signal = new AbortController().signal;
const report = (): void => {};
try {
  await bounded(await images(), atOnce, async (image) => {
    process.stderr.write(`image ${image.reference}\n`);
    await runtime.apply("images", { action: "create", resource: image, because: { changes: [] } }, { report, signal });
  });
} catch (thrown) {
  if (thrown instanceof ProblemError) process.stderr.write(`${JSON.stringify(thrown.problem, null, 2)}\n`);
  throw thrown;
} finally {
  await runtime.close();
}
