import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endMachines } from "../test/world/machine.ts";
import { makePerson, type TestPerson } from "../test/world/person.ts";
import { type Bench, createBench, type RunningImage, startImage, switchVersion } from "./running-image.ts";

let bench: Bench;
let calendar: RunningImage;
let people: string;
let state: string;
let ada: TestPerson;
let ben: TestPerson;

beforeAll(async () => {
  bench = await createBench();
  const devices = join(bench.machine.disk, "devices");
  [ada, ben] = await Promise.all([makePerson("ada", devices), makePerson("ben", devices)]);
  people = await bench.directory("people");
  state = await bench.directory("state");
  await switchVersion(people, "1", { passwords: "" });
  calendar = await startImage(bench, "calendar", {
    port: 5232,
    mounts: [`${people}:/run/people:ro`, `${state}:/var/lib/radicale`],
  });
  await switchVersion(people, "2", { passwords: `ada:${ada.hash}\nben:${ben.hash}\n` });
});
afterAll(endMachines);

/** The status of a request and the text that came, headers first. */
async function ask(method: string, path: string, words: readonly string[] = []): Promise<[number, string]> {
  const url = `http://${calendar.address}:5232${path}`;
  const { stdout } = await bench.machine.exec(["curl", "-sSi", "--path-as-is", "-X", method, ...words, url]);
  return [Number(stdout.split(" ")[1]), stdout];
}

function as(person: TestPerson): readonly string[] {
  return ["-u", `${person.name}:${person.password}`];
}

const event = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\nBEGIN:VEVENT\r\nUID:one\r\nDTSTAMP:20261121T000000Z\r\nDTSTART:20261122T100000Z\r\nSUMMARY:Tea\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

describe("an account", () => {
  test("is there as soon as the listing has it, although there was none at the start", async () => {
    expect((await ask("PROPFIND", "/ada/", as(ada)))[0]).toBe(207);
  });

  test("finds a calendar and an address book at the first login", async () => {
    const [, text] = await ask("PROPFIND", "/ben/", [...as(ben), "-H", "Depth: 1"]);
    expect(text).toContain("<href>/ben/calendar/</href>");
    expect(text).toContain("<href>/ben/contacts/</href>");
  });

  test("cannot be entered without its password, with a wrong one, with another's, or by a header", async () => {
    const tries = [
      [],
      ["-u", "ada:wrong"],
      ["-u", `ada:${ada.hash}`],
      ["-H", "X-Remote-User: ada", "-H", "Remote-User: ada"],
    ];
    const answers = await Promise.all([...tries, as(ben)].map((words) => ask("PROPFIND", "/ada/", words)));
    expect(answers.map(([status]) => status)).toEqual([401, 401, 401, 401, 403]);
  });

  test("makes whoever guesses wait", async () => {
    const begin = performance.now();
    await ask("PROPFIND", "/ada/", ["-u", "ada:guess"]);
    expect(performance.now() - begin).toBeGreaterThan(450);
  });

  test("is shut as soon as it leaves the listing; what it kept stays", async () => {
    await ask("PUT", "/ben/calendar/one.ics", [...as(ben), "--data-binary", event]);
    await switchVersion(people, "3", { passwords: `ada:${ada.hash}\n` });
    expect((await ask("PROPFIND", "/ben/", as(ben)))[0]).toBe(401);
    await switchVersion(people, "4", { passwords: `ada:${ada.hash}\nben:${ben.hash}\n` });
    expect((await ask("GET", "/ben/calendar/one.ics", as(ben)))[1]).toContain("SUMMARY:Tea");
  });
});

describe("the server", () => {
  test.each(["caldav", "carddav"])("leads /.well-known/%s to its root by a relative way", async (name) => {
    const [status, text] = await ask("PROPFIND", `/.well-known/${name}`);
    expect([status, /^location: (.*)\r$/im.exec(text)?.[1]]).toEqual([301, "/"]);
  });

  test("refuses an event over a stale tag", async () => {
    const path = "/ada/calendar/one.ics";
    await ask("PUT", path, [...as(ada), "--data-binary", event]);
    const stale = [...as(ada), "-H", 'If-Match: "stale"', "--data-binary", event];
    expect((await ask("PUT", path, stale))[0]).toBe(412);
  });

  test("refuses what is too large before it is read", async () => {
    const words = [...as(ada), "-H", "Content-Length: 20000001", "-H", "Expect:", "--data-binary", "x"];
    expect((await ask("PUT", "/ada/calendar/big.ics", words))[0]).toBe(413);
  });

  test.each(["/ada/../ben/calendar/one.ics", "/../../etc/passwd", "/ada/calendar/..%2f..%2fben%2fcalendar%2fone.ics"])(
    "does not follow %s",
    async (path) => {
      const [status, text] = await ask("GET", path, as(ada));
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toContain("SUMMARY");
    },
  );

  test("keeps everything for its own user alone", async () => {
    const names = await readdir(state, { recursive: true });
    const { stdout } = await bench.machine.exec(["find", state, "-mindepth", "1", "-perm", "/077"]);
    expect([names.length > 5, stdout]).toEqual([true, ""]);
  });

  test("has everything again after a restart, and never tells a password to its log", async () => {
    const log = await calendar.log();
    calendar = await calendar.replace();
    expect((await ask("GET", "/ada/calendar/one.ics", as(ada)))[1]).toContain("SUMMARY:Tea");
    expect(log).toContain("Successful login: 'ada'");
    expect(log).not.toContain(ada.password);
    expect(log).not.toContain(Buffer.from(`ada:${ada.password}`).toString("base64"));
  });
});
