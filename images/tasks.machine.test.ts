import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExecResult } from "../src/lib/exec.ts";
import { endMachines } from "../test/world/machine.ts";
import { makePerson, type TestPerson } from "../test/world/person.ts";
import { type Device, makeDevice, type Taskwarrior, taskwarrior3 } from "../test/world/taskwarrior.ts";
import { eventually } from "../test/world/wait.ts";
import { type Bench, createBench, type RunningImage, startImage, switchVersion } from "./running-image.ts";

let bench: Bench;
let tasks: RunningImage;
let people: string;
let state: string;
let ada: TestPerson;
let ben: TestPerson;
let program: Taskwarrior;
let version = 0;

beforeAll(async () => {
  bench = await createBench();
  program = await taskwarrior3();
  const devices = join(bench.machine.disk, "people");
  [ada, ben] = await Promise.all([makePerson("ada", devices), makePerson("ben", devices)]);
  people = await bench.directory("people");
  state = await bench.smallDisk("state", 4);
  await list([ada, ben]);
  tasks = await startImage(bench, "tasks", {
    port: 8080,
    mounts: [`${people}:/run/people:ro`, `${state}:/var/lib/tasks`],
  });
});
afterAll(endMachines);

const adas = "8f2b1c9a-1111-4222-8333-444455556666";
const bens = "b6f2c1d4-5555-4666-8777-888899990000";
const segment = "application/vnd.taskchampion.history-segment";

function list(listed: readonly Pick<TestPerson, "name" | "hash">[]): Promise<void> {
  version += 1;
  return switchVersion(people, `${version}`, {
    passwords: listed.map(({ name, hash }) => `${name}:${hash}\n`).join(""),
  });
}

function device(name: string, person: Pick<TestPerson, "name" | "password">, client: string): Promise<Device> {
  const settings = {
    "sync.server.url": `http://${person.name}:${encodeURIComponent(person.password)}@${tasks.address}:8080/`,
    "sync.server.client_id": client,
    "sync.encryption_secret": "known to the devices alone",
  };
  return makeDevice({ machine: bench.machine, name, program, settings });
}

/** The status of a request, and its answer. */
async function ask(path: string, words: readonly string[]): Promise<{ status: number; body: string }> {
  const url = `http://${tasks.address}:8080${path}`;
  const { stdout } = await bench.machine.exec(["curl", "-sS", "--path-as-is", "-w", "\n%{http_code}", ...words, url]);
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
}

function as(person: Pick<TestPerson, "name" | "password">, client = adas): readonly string[] {
  return ["-u", `${person.name}:${person.password}`, "-H", `X-Client-Id: ${client}`];
}

function say(text: string): Promise<ExecResult> {
  const script = 'exec 3<>"/dev/tcp/$0/8080" && printf "$1" >&3 && timeout 15 cat <&3';
  return bench.machine.exec(["bash", "-c", script, tasks.address, text]);
}

describe("two devices of one person", () => {
  test("come to have the same tasks, whichever made them", async () => {
    const phone = await device("phone", ada, adas);
    const laptop = await device("laptop", ada, adas);
    await phone.must(["add", "Buy tea for Grace"]);
    await phone.must(["sync"]);
    await laptop.must(["sync"]);
    expect(await laptop.pending()).toEqual(["Buy tea for Grace"]);
    await laptop.must(["1", "done"]);
    await laptop.must(["add", "Écrire à Zoë"]);
    await laptop.must(["sync"]);
    await phone.must(["sync"]);
    expect(await phone.pending()).toEqual(["Écrire à Zoë"]);
  });

  test("agree after both have changed things without the other", async () => {
    const one = await device("one", ben, bens);
    const two = await device("two", ben, bens);
    await one.must(["add", "Paint the fence"]);
    await one.must(["sync"]);
    await two.must(["sync"]);
    await one.must(["1", "modify", "project:garden"]);
    await two.must(["1", "modify", "priority:H"]);
    await two.must(["add", "Mow"]);
    for (const each of [one, two, one]) await each.must(["sync"]);
    const [first, second] = await Promise.all([one.task(["export"]), two.task(["export"])]);
    expect(first.stdout).toContain('"project":"garden"');
    expect(first.stdout).toContain('"priority":"H"');
    expect(sorted(first.stdout)).toEqual(sorted(second.stdout));
  });
});

describe("a person's tasks", () => {
  test("cannot be read where they are kept", async () => {
    const names = (await readdir(bench.seen(state), { recursive: true })).filter((name) => name.includes("sqlite3"));
    const texts = await Promise.all(names.map((name) => readFile(join(bench.seen(state), name), "latin1")));
    expect(names.length).toBeGreaterThanOrEqual(2);
    for (const text of texts) expect(text).not.toMatch(/Grace|fence|description/);
  });

  test("are for their own user alone on the disk", async () => {
    const { stdout } = await bench.machine.exec(["find", state, "-mindepth", "1", "-perm", "/077"]);
    expect(stdout).toBe("");
  });

  test("are refused to somebody else who knows their client id", async () => {
    const thief = await device("thief", ben, adas);
    await thief.must(["add", "Let me in"]);
    expect(await thief.task(["sync"])).toMatchObject({ code: 2, stderr: expect.stringContaining("403 Forbidden") });
    expect(await thief.pending()).toEqual(["Let me in"]);
    expect((await ask("/v1/client/snapshot", as(ben))).status).toBe(403);
  });

  test("are refused without the password, with a wrong one, with another's, and with the hash", async () => {
    const strangers = [
      [],
      as({ name: "ada", password: "wrong" }),
      as({ name: "ada", password: ben.password }),
      as({ name: "ada", password: ada.hash }),
      as({ name: "ada", password: "" }),
      as({ name: "eve", password: ada.password }),
      as({ name: "../ada", password: ada.password }),
      ["-H", `Authorization: Bearer ${ada.password}`],
      ["-H", "Authorization: Basic !", "-H", "X-Forwarded-User: ada"],
    ];
    const answers = await Promise.all(
      strangers.map((words, index) =>
        ask("/v1/client/snapshot", [...words, "-H", `X-Forwarded-For: 192.0.2.${index}`]),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(strangers.map(() => 401));
    const wrong = await device("wrong", { name: "ada", password: "wrong" }, adas);
    expect((await wrong.task(["sync"])).stderr).toContain("401 Unauthorized");
  });

  test("are refused at once to who has left the listing, and there again for who is back", async () => {
    const gone = await device("gone", ben, bens);
    await gone.must(["sync"]);
    await list([ada]);
    expect((await gone.task(["sync"])).stderr).toContain("401 Unauthorized");
    await list([ada, ben]);
    const back = await device("back", ben, bens);
    await back.must(["sync"]);
    expect(await back.pending()).toContain("Mow");
  });

  test("are opened by a new password at once, and no longer by the old one", async () => {
    expect((await ask("/v1/client/snapshot", as(ada))).status).toBe(200);
    await list([{ name: "ada", hash: ben.hash }, ben]);
    expect((await ask("/v1/client/snapshot", as(ada))).status).toBe(401);
    expect((await ask("/v1/client/snapshot", as({ name: "ada", password: ben.password }))).status).toBe(200);
    await list([ada, ben]);
  });

  test("are not in the way of each other when a file lies beside them that nobody knows", async () => {
    await bench.machine.exec(["sh", "-c", 'touch "$0/notes" "$0/NOTES.txt" && mkdir "$0/lost+found"', state]);
    const unheardOf = await device("unheard-of", ada, "2d0c7a51-9999-4000-8000-123412341234");
    await unheardOf.must(["sync"]);
    await bench.machine.exec(["sh", "-c", 'rm "$0/notes" "$0/NOTES.txt" && rmdir "$0/lost+found"', state]);
  });

  test("are all there after a restart", async () => {
    tasks = await tasks.replace();
    const later = await device("later", ada, adas);
    await later.must(["sync"]);
    expect(await later.pending()).toEqual(["Écrire à Zoë"]);
  });
});

describe("a full disk", () => {
  test("refuses what cannot be kept, and takes it when there is room again", async () => {
    const patient = await device("patient", ada, adas);
    await patient.must(["sync"]);
    await bench.machine.exec(["sh", "-c", 'cat /dev/zero > "$0/filler"', state]);
    await patient.must(["add", `Wait for room ${"x".repeat(9000)}`]);
    expect((await patient.task(["sync"])).stderr).toContain("500 Internal Server Error");
    await bench.machine.exec(["rm", join(state, "filler")]);
    await patient.must(["sync"]);
    const later = await device("roomy", ada, adas);
    await later.must(["sync"]);
    expect((await later.pending()).join()).toContain("Wait for room");
    await later.must(["/Wait/", "delete"]);
    await later.must(["sync"]);
  });
});

describe("the server", () => {
  test("says what it is to who asks for no tasks", async () => {
    expect(await ask("/", [])).toMatchObject({ status: 200, body: expect.stringContaining("Taskwarrior") });
  });

  test.each([
    ["another address", "/v1/client/", [], 404],
    ["a way out", "/v1/client/../../etc/passwd", [], 404],
    ["an id that is none", "/v1/client/get-child-version/1", [], 404],
    ["another method", "/v1/client/snapshot", ["-X", "DELETE"], 404],
    ["another type", `/v1/client/add-version/${adas}`, ["-d", "x"], 400],
    ["nothing to keep", `/v1/client/add-version/${adas}`, ["-X", "POST", "-H", `Content-Type: ${segment}`], 400],
    [
      "a body of unknown length",
      `/v1/client/add-version/${adas}`,
      ["-d", "x", "-H", `Content-Type: ${segment}`, "-H", "Transfer-Encoding: chunked"],
      411,
    ],
    [
      "a body that is too large",
      `/v1/client/add-version/${adas}`,
      ["-d", "x", "-H", `Content-Type: ${segment}`, "-H", "Content-Length: 16777217", "-H", "Expect:"],
      413,
    ],
  ])("refuses %s", async (_, path, words, status) => {
    expect((await ask(path, [...as(ada), ...words])).status).toBe(status);
  });

  test("refuses a client id that is none", async () => {
    expect((await ask("/v1/client/snapshot", as(ada, "everything"))).status).toBe(400);
  });

  test.each([
    ["another version of HTTP", "GET / HTTP/9.9\\r\\n\\r\\n"],
    ["zeros", "\\0\\0\\0\\0"],
    ["a head that does not end", `GET /${"a".repeat(17_000)}`],
    ["another protocol", "EHLO ada\\r\\n\\r\\n"],
  ])("answers 400 to %s", async (_, text) => {
    expect((await say(text)).stdout).toContain("HTTP/1.1 400 Bad Request");
  });

  test("serves those who are known while others guess passwords that take much memory, and lives through it", async () => {
    const costly = { name: "eve", hash: ben.hash.replace("m=7168", "m=131072") };
    await list([ada, ben, costly]);
    await ask("/v1/client/snapshot", as(ada));
    const guesses = Array.from({ length: 30 }, () =>
      ask("/v1/client/snapshot", as({ name: "eve", password: "guess" })),
    );
    const begin = performance.now();
    expect((await ask("/v1/client/snapshot", as(ada))).status).toBe(200);
    expect(performance.now() - begin).toBeLessThan(1500);
    const answers = await Promise.all(guesses);
    expect(answers.every(({ status }) => status === 401 || status === 503)).toBe(true);
    expect((await bench.podman(["inspect", "tasks", "--format={{.State.Running}}"])).stdout.trim()).toBe("true");
  });

  test("does not try a hash that asks for more memory than there is", async () => {
    await list([ada, ben, { name: "eve", hash: ben.hash.replace("m=7168", "m=1048576") }]);
    expect((await ask("/v1/client/snapshot", as({ name: "eve", password: ben.password }))).status).toBe(401);
    expect(await tasks.log()).toContain("the hash of eve asks for more than 128 MiB");
  });

  test("makes whoever guesses wait", async () => {
    const begin = performance.now();
    await ask("/v1/client/snapshot", as({ name: "ada", password: "guess" }));
    expect(performance.now() - begin).toBeGreaterThan(950);
  });

  test("is not kept by visitors who say nothing", async () => {
    const script = 'for n in $(seq 50); do exec {fd}<>"/dev/tcp/$0/8080"; done; echo open; sleep 20';
    const { process: silent } = await bench.machine.start(["bash", "-c", script, tasks.address]);
    await new Promise((resolve) => silent.stdout?.once("data", resolve));
    expect((await ask("/", ["-m", "2"])).status).toBe(200);
    silent.kill("SIGKILL");
  });

  test("has nothing of passwords or tasks in its log", async () => {
    await eventually("the visits in the log", async () =>
      (await tasks.log()).includes("ada get-snapshot 200") ? true : undefined,
    );
    const log = await tasks.log();
    expect(log).toContain("ada refused 401");
    for (const secret of [ada.password, ben.password, "Grace", "Zoë"]) expect(log).not.toContain(secret);
  });
});

/** Exported tasks without what each device counts for itself. */
function sorted(exported: string): readonly unknown[] {
  const found: readonly { readonly uuid: string }[] = JSON.parse(exported);
  return found.map((each) => ({ ...each, id: 0 })).sort((a, b) => a.uuid.localeCompare(b.uuid));
}
