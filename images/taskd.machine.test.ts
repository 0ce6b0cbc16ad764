import { appendFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endMachines } from "../test/world/machine.ts";
import { type Device, makeDevice, taskwarrior2 } from "../test/world/taskwarrior.ts";
import { type Bench, createBench, type RunningImage, startImage, switchVersion } from "./running-image.ts";

let bench: Bench;
let taskd: RunningImage;
let people: string;
let state: string;
let certificates: string;
let version = 0;

beforeAll(async () => {
  bench = await createBench();
  people = await bench.directory("people");
  state = await bench.smallDisk("state", 1);
  certificates = await bench.directory("tls");
  await Promise.all([list(["ada", "ben"]), renewCertificate("first")]);
  taskd = await startImage(bench, "taskd", {
    port: 53589,
    mounts: [`${people}:/run/people:ro`, `${certificates}:/run/tls:ro`, `${state}:/var/lib/taskd`],
  });
});
afterAll(endMachines);

function list(names: readonly string[]): Promise<void> {
  version += 1;
  return switchVersion(people, `${version}`, { names: names.map((name) => `${name} ${name} of the test\n`).join("") });
}

async function renewCertificate(name: string): Promise<void> {
  const files = ["-keyout", join(bench.machine.disk, "key.pem"), "-out", join(bench.machine.disk, "certificate.pem")];
  await bench.machine.exec([
    "openssl",
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-subj",
    `/CN=${name}`,
    ...files,
  ]);
  const [certificate, key] = await Promise.all(
    ["certificate.pem", "key.pem"].map((file) => readFile(join(bench.machine.disk, file), "utf8")),
  );
  await switchVersion(certificates, name, { "certificate.pem": certificate ?? "", "key.pem": key ?? "" });
}

/** The three words that somebody logs in with. */
async function credentials(words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await bench.podman(["exec", "taskd", "credentials", ...words]);
  return /^taskd\.credentials=(.*)$/m.exec(stdout)?.[1] ?? stderr.trim();
}

function device(name: string, login: string): Promise<Device> {
  const settings = {
    "taskd.server": `${taskd.address}:53589`,
    "taskd.credentials": login,
    "taskd.certificate": join(bench.machine.disk, "certificate.pem"),
    "taskd.key": join(bench.machine.disk, "key.pem"),
    "taskd.trust": "allow all",
  };
  return makeDevice({ machine: bench.machine, name, program: taskwarrior2, settings });
}

/** The answer to a message, or the little that came of it. */
async function say(message: string, length = message.length + 4): Promise<string> {
  const bytes = [24, 16, 8, 0].map((shift) => `\\x${((length >> shift) & 255).toString(16).padStart(2, "0")}`).join("");
  const script = 'printf "$1%s" "$2" | openssl s_client -quiet -connect "$0:53589" 2>/dev/null';
  return (await bench.machine.exec(["bash", "-c", script, taskd.address, bytes, message])).stdout;
}

function sync(org: string, user: string, key: string): string {
  return `type: sync\nprotocol: v1\nclient: test\norg: ${org}\nuser: ${user}\nkey: ${key}\n\n\n`;
}

describe("two devices of one person", () => {
  test("come to have the same tasks, whichever made them", async () => {
    const login = await credentials(["ada"]);
    const phone = await device("phone", login);
    const laptop = await device("laptop", login);
    await phone.must(["add", "Buy tea for Grace"]);
    await phone.must(["sync", "init"]);
    await laptop.must(["sync"]);
    expect(await laptop.pending()).toEqual(["Buy tea for Grace"]);
    await laptop.must(["1", "done"]);
    await laptop.must(["add", "Écrire à Zoë"]);
    await laptop.must(["sync"]);
    await phone.must(["sync"]);
    expect(await phone.pending()).toEqual(["Écrire à Zoë"]);
  });

  test("agree after both have changed things without the other", async () => {
    const login = await credentials(["ben"]);
    const one = await device("one", login);
    const two = await device("two", login);
    await one.must(["add", "Paint the fence"]);
    await one.must(["sync", "init"]);
    await two.must(["sync"]);
    await one.must(["1", "modify", "project:garden"]);
    await two.must(["1", "modify", "priority:H"]);
    for (const each of [one, two, one]) await each.must(["sync"]);
    for (const each of [one, two])
      expect((await each.task(["export"])).stdout).toMatch(/"priority":"H","project":"garden"/);
  });
});

describe("an account", () => {
  test("has one key for as long as nobody asks for another", async () => {
    expect(await credentials(["ada"])).toMatch(/^freehold\/ada\/[0-9a-f-]{36}$/);
    expect(await credentials(["ada"])).toBe(await credentials(["ada"]));
  });

  test("is made for the people of the site only", async () => {
    expect(await credentials(["eve"])).toContain('expected one of the people of this site, got "eve"');
    expect(await credentials(["../ada"])).toContain("expected one of the people");
    expect(await credentials([])).toContain("expected one name");
  });

  test("is refused with a wrong key, with another's, and under another's name", async () => {
    const [, , key = ""] = (await credentials(["ada"])).split("/");
    const [, , bens = ""] = (await credentials(["ben"])).split("/");
    const logins = [`freehold/ada/${bens}`, `freehold/ben/${key}`, `other/ada/${key}`, "freehold/ada/wrong"];
    for (const [index, login] of logins.entries()) {
      const thief = await device(`thief-${index}`, login);
      await thief.must(["add", "Let me in"]);
      expect(await thief.task(["sync"])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("credentials are incorrect"),
      });
      expect(await thief.pending()).toEqual(["Let me in"]);
    }
  });

  // taskd alone would take each of these for an account
  test.each([
    ["", "."],
    ["", ".."],
    ["", "../../../../../tmp"],
    ["ada", "."],
  ])("is not opened by a path instead of a key: user %j, key %j", async (user, key) => {
    expect(await say(sync("freehold", user, key))).toContain("code: 430");
    expect(await readdir(join(bench.seen(state), "orgs/freehold/users"))).not.toContain("tx.data");
  });

  test("is refused at once to who has left the listing, and there again for who is back", async () => {
    const gone = await device("gone", await credentials(["ben"]));
    await gone.must(["sync"]);
    await list(["ada"]);
    expect((await gone.task(["sync"])).code).toBe(2);
    expect(await credentials(["ben"])).toContain("expected one of the people");
    await list(["ada", "ben"]);
    await gone.must(["sync"]);
    expect(await gone.pending()).toEqual(["Paint the fence"]);
  });

  test("gets another key for the same tasks; the old one opens nothing more", async () => {
    const old = await device("old", await credentials(["ben"]));
    const renewed = await device("renewed", await credentials(["--renew", "ben"]));
    await renewed.must(["sync"]);
    expect(await renewed.pending()).toEqual(["Paint the fence"]);
    expect((await old.task(["sync"])).code).toBe(2);
  });
});

describe("a device whose answer was lost", () => {
  // taskd alone would refuse it for good: "Could not find common ancestor"
  test("syncs again, with what it changed since, although another has synced in between", async () => {
    const login = await credentials(["ada"]);
    const [train, desk] = [await device("train", login), await device("desk", login)];
    await train.must(["sync"]);
    await train.must(["add", "Read the letters"]);
    const keep = ["cp", "-a", "data", "kept"] as const;
    const cwd = join(bench.machine.disk, "devices/train");
    await bench.machine.exec(keep, { cwd });
    await train.must(["sync"]);
    await bench.machine.exec(["sh", "-c", "rm -r data && mv kept data"], { cwd });
    await desk.must(["sync"]);
    await desk.must(["add", "Answer them"]);
    await desk.must(["sync"]);
    await train.must(["Read", "modify", "priority:H"]);
    await train.must(["add", "Post them"]);
    for (const each of [train, desk, train]) await each.must(["sync"]);
    for (const each of [train, desk]) {
      expect(await each.pending()).toEqual(["Answer them", "Post them", "Read the letters", "Écrire à Zoë"]);
      expect((await each.task(["Read", "export"])).stdout).toContain('"priority":"H"');
    }
  });
});

describe("a full disk", () => {
  // taskd alone would say "Ok" and have nothing
  test("refuses what cannot be kept, and takes it when there is room again", async () => {
    const login = await credentials(["ben"]);
    const patient = await device("patient", login);
    await patient.must(["sync"]);
    await bench.machine.exec(["sh", "-c", 'cat /dev/zero > "$0/filler"', state]);
    await patient.must(["add", `Wait for room ${"x".repeat(9000)}`]);
    expect((await patient.task(["sync"])).stderr).toContain("420 Server temporarily unavailable");
    await bench.machine.exec(["rm", join(state, "filler")]);
    await patient.must(["sync"]);
    const later = await device("roomy", login);
    await later.must(["sync"]);
    expect((await later.pending()).join()).toContain("Wait for room");
  });
});

describe("the server", () => {
  test("does not let one who says nothing keep the others waiting", async () => {
    const silent =
      'for n in 1 2 3; do exec {fd}<>"/dev/tcp/$0/53589"; done; exec openssl s_client -quiet -connect "$0:53589"';
    const { process: visitor } = await bench.machine.start(["bash", "-c", silent, taskd.address]);
    const quick = await device("quick", await credentials(["ada"]));
    const begin = performance.now();
    await quick.must(["sync"]);
    expect(performance.now() - begin).toBeLessThan(3000);
    visitor.kill("SIGKILL");
  });

  test("gives one address a few places, not all", async () => {
    const script =
      'for n in $(seq 8); do exec {fd}<>"/dev/tcp/$0/53589"; printf "\\x16" >&$fd; done; sleep 1; exec 3<>"/dev/tcp/$0/53589"; printf "\\x16" >&3; timeout 5 cat <&3; echo "$?"';
    expect((await bench.machine.exec(["bash", "-c", script, taskd.address])).stdout.trim()).not.toBe("124");
  });

  test.each([
    ["too much", sync("freehold", "ada", "x"), 9_000_000, "code: 504"],
    ["no headers", "hello\n\n", undefined, "code: 400"],
    ["a header twice", `key: a\n${sync("freehold", "ada", "x")}`, undefined, "code: 400"],
    ["headers without end", `client: ${"x".repeat(5000)}`, undefined, "code: 400"],
  ])("answers to %s", async (_, message, length, answer) => {
    expect(await say(message, length)).toContain(answer);
  });

  // taskd alone would store these, and hand them to all devices of the person, which could not sync any more
  test.each([
    ["an id that is none", '{"uuid":"5c32415f","description":"x","status":"pending","entry":"20260101T000000Z"}'],
    ["half a task", '{"uuid":"5c32415f-0000-4000-8000-000000000000","descr'],
    ["a list", '{"uuid":["5c32415f-0000-4000-8000-000000000000"]}'],
    ["a sync key that is none", "hello"],
  ])("refuses a task that no Taskwarrior could read: %s", async (_, line) => {
    const [org = "", user = "", key = ""] = (await credentials(["ada"])).split("/");
    expect(await say(`${sync(org, user, key).trimEnd()}\n\n${line}\n`)).toContain("code: 400");
  });

  test("shows a renewed certificate without a restart", async () => {
    const shown = async (): Promise<string> => {
      const words = ["openssl", "s_client", "-connect", `${taskd.address}:53589`] as const;
      return /subject=.*/.exec((await bench.machine.exec(words, { input: "" })).stdout)?.[0] ?? "";
    };
    expect(await shown()).toContain("first");
    await renewCertificate("second");
    expect(await shown()).toContain("second");
    await (await device("after", await credentials(["ada"]))).must(["sync"]);
  });

  test("takes off what a cut sync left, which nobody was told is kept, and has the rest after a restart", async () => {
    const [, , key = ""] = (await credentials(["ada"])).split("/");
    const data = join(bench.seen(state), "orgs/freehold/users", key, "tx.data");
    const before = await readFile(data, "utf8");
    await appendFile(data, '{"description":"half"}\n{"descr');
    taskd = await taskd.replace();
    expect(await readFile(data, "utf8")).toBe(before);
    const later = await device("later", await credentials(["ada"]));
    await later.must(["sync"]);
    expect(await later.pending()).toContain("Écrire à Zoë");
  });

  test("keeps everything for its own user alone", async () => {
    const { stdout } = await bench.machine.exec(["find", state, "-mindepth", "1", "-perm", "/077"]);
    expect(stdout).toBe("");
  });

  test("says who came and how it went, and nothing of keys or tasks", async () => {
    const [, , key = ""] = (await credentials(["ada"])).split("/");
    const thief = await device("last", "freehold/ada/wrong");
    await thief.task(["sync"]);
    const log = await taskd.log();
    expect(log).toMatch(/ada 20[01] /);
    expect(log).toContain("ada 430 Access denied");
    for (const secret of [key, "Grace", "Zoë"]) expect(log).not.toContain(secret);
  });
});
