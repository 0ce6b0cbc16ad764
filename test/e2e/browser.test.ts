import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, trustAuthority } from "../world/browser.ts";
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
    browser = await launch(home, "stranger");
    const page = await browser.newPage();
    await expect(page.goto("https://blog.home.localhost:8443/")).rejects.toThrow("ERR_CERT_AUTHORITY_INVALID");
    await browser.close();
  });

  test("shows the blog and the page for unknown names without a warning once it is", async () => {
    await trustAuthority(home, "friend");
    browser = await launch(home, "friend");
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

async function fitsNarrowScreen(page: Awaited<ReturnType<BrowserContext["newPage"]>>): Promise<boolean> {
  await page.setViewportSize({ width: 360, height: 640 });
  return page.evaluate("document.documentElement.scrollWidth <= 360");
}
