import { symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endMachines } from "../test/world/machine.ts";
import { eventually } from "../test/world/wait.ts";
import { type Bench, createBench, type RunningImage, startImage, switchVersion } from "./running-image.ts";

const first = "a".repeat(64);
const second = "b".repeat(64);
let bench: Bench;
let web: RunningImage;
let site: string;

beforeAll(async () => {
  bench = await createBench();
  site = await bench.directory("site");
  await switchVersion(site, first, {
    "index.html": "first",
    "about.html": "about",
    "letters/index.html": "letters",
    "letters/.draft": "draft",
    "empty/kept.txt": "kept",
    "long.txt": "a line\n".repeat(1000),
    LICENSE: "a licence",
    ".git/config": "secret",
    ".well-known/security.txt": "Contact: mailto:ada@example.org\n",
    ".well-known/matrix/client": "{}",
    ".well-known/openpgpkey/hu/abc": "key",
    ".well-known/.hidden": "secret",
    "letters/.well-known/security.txt": "not here",
  });
  await symlink("/etc/passwd", join(site, first, "escape"));
  web = await startImage(bench, "web", { port: 8080, mounts: [`${site}:/srv/www:ro`] });
});
afterAll(endMachines);

type Answer = { readonly status: number; readonly headers: ReadonlyMap<string, string>; readonly body: string };

async function get(path: string, words: readonly string[] = []): Promise<Answer> {
  const { stdout } = await bench.machine.exec([
    "curl",
    "-sSi",
    "--path-as-is",
    ...words,
    `http://${web.address}:8080${path}`,
  ]);
  const end = stdout.indexOf("\r\n\r\n");
  const [status = "", ...lines] = stdout.slice(0, end).split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(status.split(" ")[1]), headers: new Map(headers), body: stdout.slice(end + 4) };
}

describe("what the web image serves", () => {
  test.each([
    ["/", "first", "text/html; charset=utf-8"],
    ["/about", "about", "text/html; charset=utf-8"],
    ["/letters/", "letters", "text/html; charset=utf-8"],
    ["/LICENSE", "a licence", "application/octet-stream"],
    ["/.well-known/security.txt", "Contact: mailto:ada@example.org\n", "text/plain; charset=utf-8"],
    ["/.well-known/matrix/client", "{}", "application/json"],
    ["/.well-known/openpgpkey/hu/abc", "key", "application/octet-stream"],
  ])("%s", async (path, body, type) => {
    const answer = await get(path);
    expect([answer.status, answer.body, answer.headers.get("content-type")]).toEqual([200, body, type]);
  });

  test.each([
    "/nothing",
    "/empty/",
    "/.git/config",
    "/%2egit/config",
    "/letters/.draft",
    "/.well-known/.hidden",
    "/escape",
  ])("%s is not there", async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.body.includes("There is no page")]).toEqual([404, true]);
  });

  test.each([
    "/letters/.well-known/security.txt",
    "/.well-known/",
    "/.unchanged",
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
  ])("%s is refused", async (path) => {
    expect((await get(path)).status).toBeOneOf([400, 404]);
  });

  test("a directory leads to the address with its slash, by a relative way that holds behind a front door", async () => {
    const answer = await get("/letters");
    expect([answer.status, answer.headers.get("location")]).toEqual([301, "/letters/"]);
  });

  test("text is compressed for those who ask", async () => {
    const answer = await get("/long.txt", ["-H", "Accept-Encoding: gzip", "--compressed"]);
    expect([answer.headers.get("content-encoding"), answer.body.length]).toEqual(["gzip", 7000]);
  });

  test("nothing can be sent to it", async () => {
    expect((await get("/", ["-X", "POST", "-d", "x"])).status).toBe(405);
  });

  test("scripts of other origins may read what is meant for them, and nothing else", async () => {
    expect((await get("/.well-known/matrix/client")).headers.get("access-control-allow-origin")).toBe("*");
    expect((await get("/")).headers.has("access-control-allow-origin")).toBe(false);
  });

  test("no version of the server is told", async () => {
    const answer = await get("/nothing");
    expect([...answer.headers.values(), answer.body].join("\n")).not.toMatch(/nginx\/|Debian/);
  });

  test("the visitor that the front door names is in the log, and a health check is not", async () => {
    await get("/?health");
    await get("/?visit", ["-H", "X-Forwarded-For: 198.51.100.9"]);
    const log = await eventually("the visit in the log", async () => {
      const text = await web.log();
      return text.includes("GET /?visit") ? text : undefined;
    });
    expect(log).not.toMatch(/GET \/\?health/);
  });
});

describe("a switch to another version", () => {
  test("is seen at once, and a page of the same time and length is not taken for the old one", async () => {
    const before = await get("/");
    const tag = before.headers.get("etag") ?? "";
    expect((await get("/", ["-H", `If-None-Match: ${tag}`])).status).toBe(304);
    await switchVersion(site, second, { "index.html": "later", "404.html": "our own page" });
    const then = new Date(1_700_000_000_000);
    await utimes(join(site, first, "index.html"), then, then);
    await utimes(join(site, second, "index.html"), then, then);
    const after = await get("/", ["-H", `If-None-Match: ${tag}`]);
    expect([after.status, after.body]).toEqual([200, "later"]);
    expect(after.headers.get("etag")).not.toBe(tag);
    expect(after.headers.has("last-modified")).toBe(false);
  });

  test("brings its own page for what is not there", async () => {
    const answer = await get("/about");
    expect([answer.status, answer.body]).toEqual([404, "our own page"]);
  });

  test("an unchanged answer leaves the type that the visitor knows", async () => {
    const tag = (await get("/")).headers.get("etag") ?? "";
    const answer = await get("/", ["-H", `If-None-Match: "other", ${tag}`]);
    expect([answer.status, answer.headers.has("content-type")]).toEqual([304, false]);
  });
});
