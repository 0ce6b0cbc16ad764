import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endMachines } from "../world/machine.ts";
import { createHome, type TestSite } from "../world/site.ts";

let home: TestSite;
let browser: BrowserContext | undefined;

beforeAll(async () => {
  home = await createHome(["blog"]);
  await home.mustUp();
});
afterAll(async () => {
  await browser?.close();
  await endMachines();
});

describe("Chromium", () => {
  test("warns of the blog while the authority is not trusted", async () => {
    browser = await launch("stranger");
    const page = await browser.newPage();
    await expect(page.goto("https://blog.home.localhost:8443/")).rejects.toThrow("ERR_CERT_AUTHORITY_INVALID");
    await browser.close();
  });

  test("shows the blog and the page for unknown names without a warning once it is", async () => {
    await trustAuthority("friend");
    browser = await launch("friend");
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    const blog = await page.goto("https://blog.home.localhost:8443/");
    expect(blog?.status()).toBe(200);
    expect(await page.title()).not.toBe("");
    expect(complaints).toEqual([]);
    const unknown = await page.goto("https://nobody.home.localhost:8443/");
    expect(unknown?.status()).toBe(404);
    expect(await page.locator("h1").textContent()).not.toBe("");
    expect(await fitsNarrowScreen(page)).toBe(true);
  });
});

/** Somebody's home directory on the machine. */
function homeOf(person: string): string {
  return join(home.machine.disk, person);
}

/** Installs the authority where Chromium looks on Linux: the person's NSS database. */
async function trustAuthority(person: string): Promise<void> {
  const database = join(homeOf(person), ".pki/nssdb");
  await mkdir(database, { recursive: true });
  for (const words of [
    ["-N", "--empty-password"],
    ["-A", "-t", "C,,", "-n", "freehold", "-i", home.authority],
  ]) {
    const { code, stderr } = await home.machine.exec(["certutil", "-d", `sql:${database}`, ...words]);
    if (code !== 0) throw new Error(`certutil: ${stderr}`);
  }
}

/** Starts a Chromium inside the machine; what it is told comes by pipes. No switch that softens certificates. */
async function launch(person: string): Promise<BrowserContext> {
  await mkdir(homeOf(person), { recursive: true });
  const program = join(homeOf(person), "chromium");
  const enter = `nsenter -t ${home.machine.pid()} -r -m -p -n -u -i env HOME=${homeOf(person)} TMPDIR=${homeOf(person)}`;
  await writeFile(program, `#!/bin/sh\nexec ${enter} /usr/bin/chromium "$@"\n`);
  await chmod(program, 0o755);
  return chromium.launchPersistentContext(join(homeOf(person), "profile"), {
    executablePath: program,
    args: ["--disable-dev-shm-usage", "--disable-gpu"],
    handleSIGINT: false,
  });
}

async function fitsNarrowScreen(page: Awaited<ReturnType<BrowserContext["newPage"]>>): Promise<boolean> {
  await page.setViewportSize({ width: 360, height: 640 });
  return page.evaluate("document.documentElement.scrollWidth <= 360");
}
