import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { perlContext } from "../../../test/podman/image.ts";
import { type PodmanWorld, podmanWorld } from "../../../test/podman/world.ts";
import { readTree, treeDigest } from "../../lib/tree.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { File } from "../../resource/kinds/file.ts";
import { type Sample, sample } from "../contract/sample.ts";
import { change, clear, create, seen } from "../contract/world.ts";
import { siteLayout } from "../layout.ts";

let world: PodmanWorld;
let thing: Sample;
beforeAll(async () => {
  world = await podmanWorld();
  thing = sample(world, 0, "alpha");
  await create(world.runtime, world.site, world.image);
});
afterEach(() => clear(world.runtime, world.site));
afterAll(() => world.end());

async function ground(): Promise<void> {
  for (const resource of [thing.network, thing.volume, thing.file]) await create(world.runtime, world.site, resource);
}

async function run(container: Container): Promise<void> {
  await ground();
  await create(world.runtime, world.site, container);
}

/** What a shell line prints inside, by way of the state. */
async function inside(line: string): Promise<string> {
  await world.runtime.exec(world.site, thing.container.id, ["/bin/sh", "-c", `{ ${line}; } > /data/out 2>&1`]);
  return readFile(join(siteLayout(world.roots, world.site).state, "alpha/alpha/data/out"), "utf8");
}

describe("a container is closed in", () => {
  test("it has no capabilities, can gain none, is filtered, and is nobody outside", async () => {
    await run(thing.container);
    const status = await inside("/bin/cat /proc/self/status /proc/self/uid_map");
    for (const set of ["CapPrm", "CapEff", "CapBnd", "CapAmb"]) expect(status).toMatch(new RegExp(`${set}:\\t0{16}\n`));
    expect(status).toMatch(/NoNewPrivs:\t1\n/);
    expect(status).toMatch(/Seccomp:\t2\n/);
    expect(status).toMatch(new RegExp(`\\s0 +${thing.container.users} +65536\n`));
  });

  test("its root is read-only, its memory can be written and is full before the container is killed", async () => {
    await run({
      ...thing.container,
      scratch: ["/var/cache"],
      limits: { ...thing.container.limits, memory: 48 * 1024 * 1024 },
    });
    expect(await inside("echo x > /etc/new || echo refused")).toMatch(/read-only.*refused/is);
    expect(await inside("echo x > /var/cache/new && echo x > /tmp/new && echo x > /run/new && echo written")).toContain(
      "written",
    );
    const fill = `/usr/bin/perl -e 'open F, ">", "/tmp/big"; $| = 1; for (1..40) { print F "x" x 1048576 or die "full: $!\\n" } close F or die "full: $!\\n"'`;
    expect(await inside(fill)).toContain("full: No space left on device");
    expect((await seen(world.runtime, world.site, thing.container.id))?.run?.state).toBe("running");
  });

  test("it knows the names that it was told, and none of the machine's", async () => {
    await run(thing.container);
    const hosts = await inside("/bin/cat /etc/hosts");
    expect(hosts).toMatch(/10\.255\.0\.9\s+neighbour/);
    expect(hosts).not.toMatch(/containers\.internal/);
    expect(await inside("/bin/cat /etc/resolv.conf")).toContain("nameserver 127.0.0.1");
  });
});

describe("what a container is given", () => {
  test("state and secrets are a user's that the image knows by name", async () => {
    const owner = (thing.container.users ?? 0) + 1000;
    await ground();
    await create(world.runtime, world.site, { ...thing.file, owner });
    await create(world.runtime, world.site, { ...thing.container, user: "web" });
    expect(await inside("/usr/bin/id -u; /bin/cat /srv/page/current/index.html")).toBe("1000\npage of alpha");
  });

  test("a fixed file is seen as it was when the container was made, however often it changes", async () => {
    const source = join(world.directory, "app.conf");
    const file = async (content: string): Promise<File> => {
      await writeFile(source, content);
      const digest = await treeDigest(await readTree(source));
      return { ...thing.file, id: "file/alpha/app", content: { from: "tree", source, digest } };
    };
    await ground();
    await create(world.runtime, world.site, await file("first"));
    const mounts = [...thing.container.mounts, { source: "file/alpha/app", target: "/etc/app.conf", live: false }];
    await create(world.runtime, world.site, { ...thing.container, mounts });
    for (const content of ["second", "third", "fourth"])
      await change(world.runtime, world.site, "update", await file(content));
    expect(await inside("/bin/cat /etc/app.conf")).toBe("first");
    await change(world.runtime, world.site, "replace", { ...thing.container, mounts });
    expect(await inside("/bin/cat /etc/app.conf")).toBe("fourth");
  });
});

describe("a container that fails", () => {
  const codeOf = async (container: Container): Promise<unknown> =>
    run(container).then(
      () => "fine",
      (thrown) => thrown.problem,
    );

  test("for a command that is not there says so, and is the person's to mend", async () => {
    expect(await codeOf({ ...thing.container, command: ["/bin/none"] })).toMatchObject({
      code: "CONTAINER_START",
      kind: "user",
      message: expect.stringContaining("/bin/none"),
    });
  });

  test("for a user that the image does not know says so", async () => {
    expect(await codeOf({ ...thing.container, user: "nobody-here" })).toMatchObject({ kind: "user" });
  });

  test("for a port of the machine that somebody else has says so", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const listen = `use IO::Socket::INET; IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => ${port}, Listen => 1) or die "cannot bind: $!"; sleep 60`;
    const { users: _users, ...rest } = thing.container;
    expect(
      await codeOf({ ...rest, mounts: [], network: { mode: "machine" }, command: ["/usr/bin/perl", "-e", listen] }),
    ).toMatchObject({ code: "PORT_TAKEN" });
    server.close();
  });

  test("to take up new settings says what it answered, runs on, and is tried again", async () => {
    const how = world.reloading;
    if (how === undefined) throw new Error("expected the test's image to reload");
    const wrong = { ...thing.container, command: how.command, reload: { ...how.reload, expect: "Success=1" } };
    await run(wrong);
    const listening = async (): Promise<boolean> => (await world.runtime.check(world.site, wrong)).healthy;
    while (!(await listening())) {}
    await change(world.runtime, world.site, "update", {
      ...thing.file,
      content: { from: "text", entries: { "index.html": "2" } },
    });
    await expect(change(world.runtime, world.site, "update", wrong)).rejects.toMatchObject({
      problem: { code: "RELOAD_FAILED", detail: ["Taken reload"] },
    });
    expect(await seen(world.runtime, world.site, wrong.id)).toMatchObject({
      amiss: "not reloaded",
      run: { state: "running" },
    });
  });
});

test("an image's own check is asked, and its words are told", async () => {
  const context = await perlContext(
    world.directory,
    'HEALTHCHECK CMD test -e /tmp/well || { echo "not yet"; exit 1; }',
  );
  const reference = `${world.image.reference}-health`;
  await create(world.runtime, world.site, {
    ...world.image,
    id: "image/health",
    reference,
    source: { from: "build", context, digest: "h" },
  });
  const container = {
    ...thing.container,
    image: reference,
    check: { ...thing.container.check, ask: { by: "image" } },
  } as const;
  await run(container);
  expect(await world.runtime.check(world.site, container)).toEqual({ healthy: false, detail: "not yet" });
  await inside("echo > /tmp/well");
  expect(await world.runtime.check(world.site, container)).toEqual({ healthy: true });
});

test("an image that cannot be built tells the last lines, and is the person's to mend", async () => {
  const context = join(world.directory, "broken");
  await mkdir(context, { recursive: true });
  await writeFile(join(context, "Containerfile"), "FROM scratch\nCOPY nothing /\n");
  const image = {
    ...world.image,
    id: "image/broken",
    reference: "localhost/site/broken:1",
    source: { from: "build", context, digest: "b" },
  } as const;
  await expect(create(world.runtime, world.site, image)).rejects.toMatchObject({
    problem: { code: "IMAGE_BUILD", kind: "user", message: expect.stringContaining("nothing") },
  });
  await rm(context, { recursive: true });
  await expect(create(world.runtime, world.site, image)).rejects.toMatchObject({ problem: { code: "IMAGE_BUILD" } });
});

describe("a container whose state somebody deleted", () => {
  test("is observed so, and is made anew with the directory, which it can write", async () => {
    await run(thing.container);
    const before = await seen(world.runtime, world.site, thing.container.id);
    await rm(join(siteLayout(world.roots, world.site).state, "alpha/alpha/data"), { recursive: true });
    expect((await seen(world.runtime, world.site, thing.volume.id))?.amiss).toBe("missing");
    expect((await seen(world.runtime, world.site, thing.container.id))?.amiss).toBe("its state is gone");
    await change(world.runtime, world.site, "update", thing.volume);
    await change(world.runtime, world.site, "update", thing.container, "its state is gone");
    const now = await seen(world.runtime, world.site, thing.container.id);
    expect(now?.amiss).toBeUndefined();
    expect(now?.run?.containerId).not.toBe(before?.run?.containerId);
    expect(await inside("echo written")).toBe("written\n");
  });
});
