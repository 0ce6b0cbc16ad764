import { randomBytes } from "node:crypto";
import { readdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PodmanWorld, podmanWorld } from "../../../test/podman/world.ts";
import { formsOf } from "../../../test/secrets/leaks.ts";
import { exec } from "../../lib/exec.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { Secret } from "../../resource/kinds/secret.ts";
import { type Sample, sample } from "../contract/sample.ts";
import { change, clear, context, create, seen } from "../contract/world.ts";
import { siteLayout } from "../layout.ts";
import { podmanPlaces } from "./places.ts";
import { preparePodman } from "./prepare.ts";

const value = `canary${randomBytes(24).toString("hex")}`;
let world: PodmanWorld;
let thing: Sample;
let secret: Secret;
let container: Container;

beforeAll(async () => {
  world = await podmanWorld();
  thing = sample(world, 0, "alpha");
  const sealed = await world.seal({ token: value });
  const about = { kind: "secret", id: "secret/alpha/alpha", service: "alpha", needs: [], part: "alpha" } as const;
  secret = { ...about, ...sealed, owner: thing.file.owner };
  const secrets = { source: secret.id, variables: { TOKEN: "token" }, files: {}, digest: "1" };
  container = { ...thing.container, needs: [...thing.container.needs, secret.id].sort(), secrets };
  for (const resource of [world.image, thing.network, thing.volume, thing.file, secret, container])
    await create(world.runtime, world.site, resource);
});
afterAll(async () => {
  await clear(world.runtime, world.site);
  await world.end();
});

const layout = () => siteLayout(world.roots, world.site);

/** Files that hold the value, but for the one that it is given from. */
async function found(): Promise<string[]> {
  const argv = ["grep", "-rlsF", "-D", "skip", "-f", "-", world.directory] as const;
  const { stdout } = await exec([...argv], { input: formsOf(value).join("\n") });
  const own = /\/secrets\/secret_alpha_alpha-[0-9a-f]{8}\/token$/;
  return stdout.split("\n").filter((path) => path !== "" && !own.test(path));
}

async function bundle(): Promise<string> {
  const id = (await seen(world.runtime, world.site, container.id))?.run?.containerId ?? "";
  return join(podmanPlaces(world.roots).storage, "overlay-containers", id, "userdata");
}

/** 0 when the container has the value. It is not asked for it by name: Podman writes down what is run inside. */
const has = (): Promise<number> =>
  world.runtime.exec(world.site, container.id, [
    "/usr/bin/perl",
    "-e",
    "exit(substr($ENV{TOKEN}, 6, 24) ne $ARGV[0] || length $ENV{TOKEN} != 54)",
    value.slice(6, 30),
  ]);

test("a secret variable is nowhere once its container runs, and Podman's directory of it is in memory", async () => {
  expect(await has()).toBe(0);
  expect(await found()).toEqual([]);
  expect(await realpath(await bundle())).toMatch(new RegExp(`^${layout().run}/secrets/bundles/`));
});

test("Podman has nothing to tell of it", async () => {
  const { argv, env } = await preparePodman(world.roots);
  const id = (await seen(world.runtime, world.site, container.id))?.run?.containerId ?? "";
  const inspected = await exec([...argv, "inspect", id], { env });
  expect(inspected.stdout).toContain('"GREETING=good');
  expect(inspected.stdout).not.toContain(value);
});

test("a start after a crash, and one after what was in memory is lost, are as the first", async () => {
  await world.kill(container.id);
  await change(world.runtime, world.site, "update", container);
  expect([await has(), await found()]).toEqual([0, []]);
  await world.kill(container.id);
  await exec(["umount", "--lazy", join(layout().run, "secrets")]); // as a reboot does
  expect(await seen(world.runtime, world.site, secret.id)).toBeUndefined();
  await create(world.runtime, world.site, secret);
  await change(world.runtime, world.site, "update", container);
  expect([await has(), await found()]).toEqual([0, []]);
});

test("its log outlasts that, and goes with it", async () => {
  const lines: string[] = [];
  const query = { follow: false, signal: new AbortController().signal };
  for await (const { text } of world.runtime.logs(world.site, container.id, query)) lines.push(text);
  expect(lines).toEqual(["serving", "serving", "serving"]);
  await world.runtime.remove(world.site, container, context());
  expect(await readdir(layout().home)).not.toContain("logs");
  expect(await readdir(join(layout().run, "secrets/bundles"))).toEqual([]);
  const store = await readFile(join(podmanPlaces(world.roots).storage, "secrets/secrets.json"), "utf8");
  expect(store).not.toContain("lookup");
});
