import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import { exec, execOrFail } from "../../src/lib/exec.ts";
import { listAt } from "../../src/lib/json.ts";
import type { KubeClient } from "../../src/providers/kubernetes/client/client.ts";
import { objectKinds } from "../../src/providers/kubernetes/client/object-kinds.ts";
import { clusterImages } from "../../src/providers/kubernetes/images/images.ts";
import { unmountBelow } from "../world/mounts.ts";

/** What the tests' processes and freehold's own helpers in pods call. All of it is on this machine. */
const programs = "sh bash cat cp du sync sleep ls id rm mkdir stat touch chown chmod ln tr true echo env date test";

const name = `freehold/test-node:${process.versions.node}`;

const brought = new Map<KubeClient, Promise<string>>();

/** An image with Node and small programs, as the nodes of a cluster pull it. Brought once by each test file. */
export function nodeImage(client: KubeClient): Promise<string> {
  const there = brought.get(client) ?? bringNodeImage(client);
  brought.set(client, there);
  return there;
}

async function bringNodeImage(client: KubeClient): Promise<string> {
  const there = await nameOnNodes(client);
  if (there !== undefined) return there;
  const directory = await mkdtemp(join(tmpdir(), "freehold-node-image-"));
  const roots = { root: join(directory, "root"), run: join(directory, "run") };
  const images = clusterImages({ client, roots, clock: systemClock, env: process.env });
  const reference = `localhost/${name}`;
  const source = { from: "build", context: await nodeContext(directory), digest: name } as const;
  try {
    const context = { report: () => {}, signal: AbortSignal.timeout(120_000) };
    const image = { kind: "image", id: "image/test-node", service: "test", needs: [], reference, source } as const;
    return (await images.bring(image, context)).reference;
  } finally {
    await images.close();
    await unmountBelow(directory);
    await rm(directory, { recursive: true, force: true });
  }
}

/** Under what name every node has it already, from an earlier test file. */
async function nameOnNodes(client: KubeClient): Promise<string | undefined> {
  const nodes = await Array.fromAsync(client.list(objectKinds.node, {}));
  const [first = [], ...others] = nodes.map((node) =>
    listAt(node, "status", "images")
      .flatMap((image) => listAt(image, "names"))
      .filter((each) => typeof each === "string"),
  );
  return first.find((each) => each.endsWith(`/${name}`) && others.every((names) => names.includes(each)));
}

async function nodeContext(directory: string): Promise<string> {
  const root = join(directory, "context", "root");
  for (const each of ["etc", "tmp", "usr/local/bin", "state", "snapshots"])
    await mkdir(join(root, each), { recursive: true });
  const paths = (await execOrFail(["sh", "-c", `for each in ${programs}; do which "$each"; done`])).trim().split("\n");
  const node = await realpath(process.execPath);
  const files = new Set(paths);
  for (const program of [...paths, node]) {
    for (const [, path] of (await exec(["ldd", program])).stdout.matchAll(/(\/\S+) \(0x/g)) files.add(path ?? "");
  }
  await execOrFail(["cp", "-L", "--parents", ...files, root]);
  await execOrFail(["cp", node, join(root, "usr/local/bin/node")]);
  await writeFile(join(root, "etc/passwd"), "root:x:0:0::/:/bin/sh\n");
  await writeFile(
    join(directory, "context", "Containerfile"),
    "FROM scratch\nCOPY root /\nENV PATH=/usr/local/bin:/usr/bin:/bin\n",
  );
  return join(directory, "context");
}
