import { createHash, randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { nodeImage } from "../../../../test/kubernetes/node-image.ts";
import { ownNamespace, problemFrom } from "../../../../test/kubernetes/own-namespace.ts";
import { textAt } from "../../../lib/json.ts";
import type { ExecOptions, KubeObject, WatchEvent } from "./client.ts";
import { objectKinds } from "./object-kinds.ts";

const { name: namespace, client, configMap } = await ownNamespace();
const usualImage = await nodeImage(client);

function pod(name: string, command: readonly string[], image = usualImage): KubeObject {
  const containers = [{ name: "main", image, command, imagePullPolicy: "IfNotPresent" }];
  const spec = { restartPolicy: "Never", terminationGracePeriodSeconds: 0, containers };
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec };
}

/** Waits until a pod runs. */
async function running(name: string): Promise<void> {
  const signal = AbortSignal.timeout(60_000);
  for await (const event of client.watch(objectKinds.pod, { namespace, signal })) {
    const now = event.type === "RELIST" ? await client.get(objectKinds.pod, namespace, name) : event.object;
    if (now?.metadata.name === name && textAt(now, "status", "phase") === "Running") return;
  }
  throw new Error(`expected ${name} to run within a minute`);
}

/** Says three lines, one of three million letters and an end, and serves. */
const speak =
  "console.log('line 1\\nline 2\\nline 3\\n' + 'x'.repeat(3_000_000) + '\\nend'); require('http').createServer((_, answer) => answer.end('hello')).listen(8080)";

beforeAll(async () => {
  await client.create(pod("speaker", ["node", "-e", speak], await nodeImage(client)));
  await client.create(pod("nowhere", ["true"], "localhost/ta/there-is-no-such:1"));
  await running("speaker");
}, 90_000);

describe("a watch of a cluster", () => {
  test("tells of what comes, changes, goes and no longer bears the label, and ends with the signal", async () => {
    const stop = new AbortController();
    const told: string[] = [];
    const labels = { watched: "yes" };
    const selection = { namespace, labels: "watched=yes", signal: stop.signal };
    const act: Record<number, () => Promise<unknown>> = {
      1: () => client.create(configMap("watched", {}, { labels })),
      2: () => client.patch(objectKinds.configMap, namespace, "watched", { data: { a: "1" } }, "merge"),
      3: () =>
        client.patch(objectKinds.configMap, namespace, "watched", { metadata: { labels: { watched: "no" } } }, "merge"),
      4: () => client.patch(objectKinds.configMap, namespace, "watched", { metadata: { labels } }, "merge"),
      5: () => client.remove(objectKinds.configMap, namespace, "watched", { propagation: "Background" }),
    };
    for await (const event of client.watch(objectKinds.configMap, selection)) {
      told.push(inWords(event));
      await (act[told.length] ?? (async () => stop.abort()))();
    }
    expect(told).toEqual([
      "RELIST",
      "ADDED watched",
      "MODIFIED watched",
      "DELETED watched",
      "ADDED watched",
      "DELETED watched",
    ]);
  });

  test("from a version tells what came after it and nothing before", async () => {
    const { metadata } = await client.create(configMap("before"));
    await client.create(configMap("after"));
    const stop = new AbortController();
    const { resourceVersion = "" } = metadata;
    for await (const event of client.watch(objectKinds.configMap, {
      namespace,
      from: resourceVersion,
      signal: stop.signal,
    })) {
      expect(inWords(event)).toBe("ADDED after");
      stop.abort();
    }
  });
});

describe("the log of a container", () => {
  test("comes as lines in order, of which one beyond a mebibyte is cut and the next one is whole", async () => {
    await expect.poll(async () => (await lines({ tailLines: 1 })).at(-1)).toBe("end");
    const all = await lines({});
    expect(all.slice(0, 3)).toEqual(["line 1", "line 2", "line 3"]);
    expect(all.at(-2)?.length).toBe(1024 * 1024);
    expect(all.at(-1)).toBe("end");
  });

  test("has times when they are wanted, and begins where it shall", async () => {
    const [first = ""] = await lines({ timestamps: true });
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z line 1$/);
    expect(await lines({ sinceTime: "2100-01-01T00:00:00Z" })).toEqual([]);
  });

  test("is followed until the signal, quietly", async () => {
    const stop = new AbortController();
    const heard: string[] = [];
    for await (const line of client.logs(namespace, "speaker", "main", {
      follow: true,
      tailLines: 1,
      signal: stop.signal,
    })) {
      heard.push(line);
      setTimeout(() => stop.abort(), 200);
    }
    expect(heard).toEqual(["end"]);
  });

  test("is not there yet of a container that waits, nor of one that never was", async () => {
    await expect
      .poll(() => problemFrom(Array.fromAsync(client.logs(namespace, "nowhere", "main", {}))), { timeout: 20_000 })
      .toMatchObject({ code: "CONTAINER_NOT_STARTED", kind: "waiting" });
    const missing = { code: "OBJECT_MISSING", message: expect.stringContaining("Pod none") };
    expect(await problemFrom(Array.fromAsync(client.logs(namespace, "none", "main", {})))).toMatchObject(missing);
    expect(await problemFrom(lines({ previous: true }))).toMatchObject({ code: "CONTAINER_NOT_STARTED" });
  });
});

describe("a command in a container of a cluster", () => {
  test("gives its exit code and keeps its two streams apart", async () => {
    expect(await run(["sh", "-c", "echo out; echo err >&2; exit 3"])).toEqual({ code: 3, out: "out\n", err: "err\n" });
    expect(await run(["true"])).toEqual({ code: 0, out: "", err: "" });
  });

  test("gets its arguments as they are, for no shell sees them", async () => {
    const words = ["a b", "$HOME", "'x' &&", "ä\n", ""];
    const { out } = await run(["node", "-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...words]);
    expect(JSON.parse(out)).toEqual(words);
  });

  test("gets its input whole and to its end, and gives back as much", async () => {
    const bytes = randomBytes(3_000_000);
    const hash = createHash("sha256");
    let length = 0;
    async function* input(): AsyncGenerator<Uint8Array> {
      for (let from = 0; from < bytes.length; from += 50_000) yield bytes.subarray(from, from + 50_000);
    }
    const onStdout = (part: Uint8Array): void => {
      hash.update(part);
      length += part.length;
    };
    expect(await run(["cat"], { stdin: input(), onStdout })).toMatchObject({ code: 0 });
    expect(length).toBe(bytes.length);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  test("has a terminal of the size that it is given", async () => {
    async function* sizes(): AsyncGenerator<{ columns: number; rows: number }> {
      yield { columns: 97, rows: 31 };
    }
    const script =
      "const look = () => process.stdout.columns === 97 ? console.log(process.stdout.isTTY + ' ' + process.stdout.rows) : setTimeout(look, 50); look()";
    expect((await run(["node", "-e", script], { tty: true, resize: sizes() })).out).toBe("true 31\r\n");
  });

  test("that is not there, or in a container or pod that is not, is told", async () => {
    expect(await problemFrom(run(["/there/is/no/such"]))).toMatchObject({ code: "EXEC_FAILED", kind: "user" });
    const streams = { onStdout: () => {}, onStderr: () => {} };
    expect(await problemFrom(client.exec(namespace, "speaker", "other", ["true"], streams))).toMatchObject({
      code: expect.stringMatching(/OBJECT_INVALID|EXEC_FAILED/),
    });
    expect(await problemFrom(client.exec(namespace, "none", "main", ["true"], streams))).toMatchObject({
      code: "OBJECT_MISSING",
    });
  });

  test("is left by the signal", async () => {
    expect(await problemFrom(run(["sleep", "60"], { signal: AbortSignal.timeout(500) }))).toMatchObject({
      code: "CLUSTER_STOPPED",
    });
  });
});

describe("a connection to a port of a pod", () => {
  test("carries what is said both ways, and ends when the pod ends it", async () => {
    await expect.poll(async () => (await lines({ tailLines: 1 })).at(-1), { timeout: 20_000 }).toBe("end");
    const stream = await client.forward(namespace, "speaker", 8080);
    stream.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    expect(Buffer.concat(await Array.fromAsync(stream)).toString()).toMatch(/^HTTP\/1.1 200 OK\r\n.*hello/s);
  });

  test("where nobody listens, or to no pod at all, is a problem", async () => {
    const closed = await client.forward(namespace, "speaker", 8081);
    expect(await problemFrom(Array.fromAsync(closed))).toMatchObject({ code: "FORWARD_FAILED", kind: "transient" });
    expect(await problemFrom(client.forward(namespace, "none", 8080))).toMatchObject({ code: "OBJECT_MISSING" });
  });
});

function inWords(event: WatchEvent): string {
  return event.type === "RELIST" ? event.type : `${event.type} ${event.object.metadata.name}`;
}

function lines(options: Parameters<typeof client.logs>[3]): Promise<string[]> {
  return Array.fromAsync(client.logs(namespace, "speaker", "main", options));
}

async function run(
  command: readonly string[],
  options: Partial<ExecOptions> = {},
): Promise<{ code: number; out: string; err: string }> {
  const out: Uint8Array[] = [];
  const err: Uint8Array[] = [];
  const code = await client.exec(namespace, "speaker", "main", command, {
    onStdout: (bytes) => out.push(bytes),
    onStderr: (bytes) => err.push(bytes),
    ...options,
  });
  return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
}
