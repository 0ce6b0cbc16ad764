import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningContainer } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import type { TestPerson } from "../world/person.ts";
import { createHome, type TestSite } from "../world/site.ts";

const url = "https://calendar.home.localhost:8443";
let home: TestSite;

beforeAll(async () => {
  home = await createHome(["calendar"]);
  await home.mustUp();
});
afterAll(endMachines);

describe("the calendar", () => {
  test("shows on one device the event that was made on another", async () => {
    const phone = await makeDevice("phone", home.ada);
    const laptop = await makeDevice("laptop", home.ada);
    await phone.sync();
    await writeFile(join(phone.calendar, "tea.ics"), event("tea", "Tea with Ben"));
    await phone.sync();
    await laptop.sync();
    const [file = ""] = await readdir(laptop.calendar);
    expect(await readFile(join(laptop.calendar, file), "utf8")).toContain("SUMMARY:Tea with Ben");
  });

  test("answers 412 to a change that was made from an old version, and keeps the newer one", async () => {
    const path = "/ada/calendar/lunch.ics";
    const first = await put(home.ada, path, event("lunch", "Lunch"));
    expect(first.status).toBe("201");
    const second = await put(home.ada, path, event("lunch", "Lunch at one"), ["-H", `If-Match: ${first.etag}`]);
    expect(second.status).toMatch(/^20[14]$/);
    const stale = await put(home.ada, path, event("lunch", "Lunch at two"), ["-H", `If-Match: ${first.etag}`]);
    expect(stale.status).toBe("412");
    const { stdout } = await home.curl(["-u", login(home.ada), `${url}${path}`]);
    expect(stdout).toContain("SUMMARY:Lunch at one");
  });

  test("refuses a wrong password, and nobody at all", async () => {
    expect(await status(["-u", "ada:wrong", `${url}/ada/calendar/`])).toBe("401");
    expect(await status([`${url}/ada/calendar/`])).toBe("401");
  });

  test("does not believe a header that says who somebody is", async () => {
    expect(await status(["-H", "X-Remote-User: ada", "-H", "X-Forwarded-User: ada", `${url}/ada/calendar/`])).toBe(
      "401",
    );
  });

  test("shows nobody what belongs to somebody else", async () => {
    await put(home.ada, "/ada/calendar/diary.ics", event("diary", "Private"));
    for (const method of ["GET", "DELETE", "PROPFIND"]) {
      const words = ["-X", method, "-u", login(home.ben), `${url}/ada/calendar/diary.ics`];
      expect(await status(words)).toMatch(/^40[34]$/);
    }
    expect((await put(home.ben, "/ada/calendar/diary.ics", event("diary", "Mine now"))).status).toMatch(/^40[34]$/);
  });

  test.each(["caldav", "carddav"])("is found by devices that ask for .well-known/%s", async (name) => {
    const words = [
      "-X",
      "PROPFIND",
      "-w",
      "%{http_code} %{redirect_url}",
      "-o",
      "/dev/null",
      `${url}/.well-known/${name}`,
    ];
    expect((await home.curl(words)).stdout).toMatch(/^30[12378] https:\/\/calendar\.home\.localhost:8443\//);
  });

  test("takes a new password from people.yaml without a restart", async () => {
    const people = join(home.machine.site, "people.yaml");
    const text = await readFile(people, "utf8");
    await writeFile(people, text.replace(home.ada.hash, home.ben.hash));
    const before = await runningContainer(home.machine, "home.calendar");
    await home.mustUp();
    const propfind = ["-X", "PROPFIND", `${url}/ada/`];
    expect(await status(["-u", `ada:${home.ben.password}`, ...propfind])).toBe("207");
    expect(await status(["-u", login(home.ada), ...propfind])).toBe("401");
    expect(await runningContainer(home.machine, "home.calendar")).toEqual(before);
    await writeFile(people, text);
    await home.mustUp();
  });

  test("has its data after down and up, and no more after down --delete-state", async () => {
    await put(home.ada, "/ada/calendar/kept.ics", event("kept", "Kept"));
    await home.must(["down", "--yes"]);
    await home.mustUp();
    expect(await status(["-u", login(home.ada), `${url}/ada/calendar/kept.ics`])).toBe("200");
    await home.must(["down", "--yes", "--delete-state=home"]);
    await home.mustUp();
    expect(await status(["-u", login(home.ada), `${url}/ada/calendar/kept.ics`])).toBe("404");
  });
});

function login(person: TestPerson): string {
  return `${person.name}:${person.password}`;
}

async function status(words: readonly string[]): Promise<string> {
  return (await home.curl(["-o", "/dev/null", "-w", "%{http_code}", ...words])).stdout;
}

async function put(
  person: TestPerson,
  path: string,
  text: string,
  words: readonly string[] = [],
): Promise<{ status: string; etag: string }> {
  const options = [
    "-u",
    login(person),
    "-X",
    "PUT",
    "--data-binary",
    "@-",
    "-H",
    "Content-Type: text/calendar",
    "-o",
    "/dev/null",
  ];
  const { stdout } = await home.curl([...options, "-w", "%{http_code}\n%header{etag}", ...words, `${url}${path}`], {
    input: text,
  });
  const [code = "", etag = ""] = stdout.split("\n");
  return { status: code, etag };
}

/** An iCalendar object as RFC 5545 has it. */
function event(uid: string, summary: string): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//test//EN",
    "BEGIN:VEVENT",
    `UID:${uid}`,
    "DTSTAMP:20260101T000000Z",
    "DTSTART:20260102T100000Z",
    `SUMMARY:${summary}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/** A vdirsyncer with a directory of its own. */
async function makeDevice(name: string, person: TestPerson): Promise<{ calendar: string; sync(): Promise<void> }> {
  const directory = join(home.machine.disk, "devices", name);
  await mkdir(join(directory, "calendars/calendar"), { recursive: true });
  const config = join(directory, "config");
  await writeFile(
    config,
    `[general]
status_path = "${directory}/status"
[pair calendars]
a = "here"
b = "there"
collections = ["calendar"]
[storage here]
type = "filesystem"
path = "${directory}/calendars"
fileext = ".ics"
[storage there]
type = "caldav"
url = "${url}/"
username = "${person.name}"
password = "${person.password}"
verify = "${home.authority}"
`,
  );
  const vdirsyncer = async (words: readonly string[]): Promise<void> => {
    const { code, stderr, stdout } = await home.machine.exec(["vdirsyncer", "-c", config, ...words], {
      input: "y\ny\n",
    });
    if (code !== 0) throw new Error(`vdirsyncer ${words.join(" ")} ended with ${code}: ${stdout}${stderr}`);
  };
  await vdirsyncer(["discover"]);
  return { calendar: join(directory, "calendars/calendar"), sync: () => vdirsyncer(["sync"]) };
}
