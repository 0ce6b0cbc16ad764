import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launch, trustAuthority } from "../world/browser.ts";
import { checkout, endMachines } from "../world/machine.ts";
import { addresses } from "../world/network.ts";
import { createHome, type TestSite } from "../world/site.ts";
import { eventually } from "../world/wait.ts";

const start = "https://start.home.localhost:8443";
const password = "correct horse battery";

/** Something that has the ports of a mail server. */
const post = `image: freehold/calendar
ports:
  imaps: {port: 5232, published: 9993}
  submissions: {port: 5233, published: 9465}
expose: public
people: {path: /run/people, give: [passwords]}
state: {data: /var/lib/radicale}
health: {tcp: 5232}
limits: {memory: 128M}
`;

let home: TestSite;
let browser: BrowserContext | undefined;

beforeAll(async () => {
  home = await createHome(["blog", "calendar"]);
  const people = await readFile(join(home.machine.site, "people.yaml"), "utf8");
  const open = "name: home\ndomain: home.localhost\nfront: {http: 8080, https: 8443}\n";
  await home.write({ "site.yaml": open, "people.yaml": `${people}cleo: {}  # not here yet\n` });
  await home.write({ "services/post.yaml": post });
  await home.mustUp();
  await trustAuthority(home, "friend");
  await eventually("a start page", isShown);
});
afterEach(async () => {
  await browser?.close();
  browser = undefined;
});
afterAll(endMachines);

describe("the start page", () => {
  for (const { scheme, width } of [
    { scheme: "light", width: 1200 },
    { scheme: "dark", width: 1200 },
    { scheme: "light", width: 360 },
    { scheme: "dark", width: 360 },
  ] as const) {
    test(`can be read in ${scheme} at ${width} pixels, without JavaScript, and asks nobody else for anything`, async () => {
      browser = await launch(home, "friend", { colorScheme: scheme, viewport: { width, height: 800 } });
      const page = await browser.newPage();
      const complaints: string[] = [];
      const asked: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("request", (request) => asked.push(request.url()));
      expect((await page.goto(`${start}/`))?.status()).toBe(200);
      expect(await page.locator("script").count()).toBe(0);
      expect(await page.locator("h2").allTextContents()).toContain("Calendar");
      for (const summary of await page.locator("summary").all()) await summary.click();
      expect(complaints).toEqual([]);
      expect(asked.filter((url) => !url.startsWith("data:"))).toEqual([`${start}/`]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      expect(await faint(page)).toEqual([]);
    });
  }

  test("can be used with the keyboard alone, and shows where one is", async () => {
    browser = await launch(home, "friend");
    const page = await browser.newPage();
    await page.goto(`${start}/`);
    const reached: string[] = [];
    for (let step = 0; step < 12; step++) {
      await page.keyboard.press("Tab");
      // behind the last link is the browser's own bar
      if (await page.evaluate("document.activeElement === document.body")) break;
      reached.push(String(await page.evaluate("document.activeElement.textContent")));
      expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
    }
    expect(reached.join(" ")).toContain("calendar.home.localhost:8443");
    expect(reached.join(" ")).toContain("Set up a device");
  });

  test("is not there for the internet, nor are invitations: it looks like a name that nobody has", async () => {
    const { internet, machine, machineAtHome, neighbour } = addresses;
    expect(await from("start", "/", neighbour, machineAtHome)).toContain("<h1>home.localhost</h1>");
    const nobody = await from("nobody", "/", internet, machine);
    expect(nobody).toContain("Nothing at this address");
    for (const path of ["/", "/invite", "/authority.crt"])
      expect(await from("start", path, internet, machine)).toBe(nobody);
  });

  test("is back when the supervisor is, while the front door runs on", async () => {
    const door = await frontSince();
    await home.machine.exec(["sh", "-c", "kill -KILL $(pgrep -f 'controller/main.ts --site-name home')"]);
    await eventually("nobody at the start page", async () => ((await isShown()) ? undefined : true));
    await home.mustUp();
    await eventually("the start page again", isShown);
    expect(await frontSince()).toBe(door);
  });
});

describe("mail programs that set themselves up", () => {
  test("are answered on the internet, on their paths and on no other", async () => {
    const { internet, machine } = addresses;
    const ask = (host: string, path: string, ...more: string[]) => from(host, path, internet, machine, more);
    expect(await ask("autoconfig", "/mail/config-v1.1.xml?emailaddress=ada%40home.localhost")).toContain(
      "<hostname>post.home.localhost</hostname>",
    );
    const body = "<Autodiscover><Request><EMailAddress>ada@home.localhost</EMailAddress></Request></Autodiscover>";
    expect(await ask("autodiscover", "/Autodiscover/Autodiscover.xml", "-d", body)).toContain("<Port>9993</Port>");
    const nobody = await ask("nobody", "/");
    for (const path of ["/", "/invite", "/authority.crt", "/mail/config-v1.1.xml/../../", "/mail%2fconfig-v1.1.xml"])
      expect(await ask("autoconfig", path, "--path-as-is")).toBe(nobody);
  });
});

describe("after a power cut", () => {
  test("the start page comes back with everything else", async () => {
    await home.machine.cutPower();
    await home.machine.boot();
    const freehold = join(checkout, "bin/freehold");
    await home.machine.exec([
      "sh",
      "-c",
      `setsid -f ${freehold} supervise --site-name home </dev/null >/dev/null 2>&1`,
    ]);
    await eventually("the start page", isShown, 60_000);
  });
});

describe("an invitation", () => {
  test("is used in a browser without JavaScript, and within seconds the password opens the calendar; once", async () => {
    const calendar = async () => {
      const words = ["-o", "/dev/null", "-w", "%{http_code}", "-u", `cleo:${password}`, "-X", "PROPFIND"];
      return (await home.curl([...words, "https://calendar.home.localhost:8443/cleo/"])).stdout;
    };
    const { link } = JSON.parse(await home.must(["invite", "cleo", "--for", "1h", "--json"])) as { link: string };
    expect(await readFile(join(home.machine.site, "people.yaml"), "utf8")).toContain("# not here yet");
    expect((await home.curl(["-o", "/dev/null", "-w", "%{http_code}", link])).stdout).toBe("404");
    await home.mustUp();
    expect(await calendar()).toBe("401");
    const [before] = await startedAt();

    browser = await launch(home, "friend", { javaScriptEnabled: false });
    const page = await browser.newPage();
    await page.goto(link);
    expect(await page.locator("input[name=name]").inputValue()).toBe("cleo");
    expect(await faint(page)).toEqual([]);
    await page.locator("input[name=password]").fill(password);
    await page.locator("input[name=again]").fill("something else");
    await page.getByRole("button").click();
    expect(await page.getByRole("alert").textContent()).toBe("Expected the same password twice, got two.");
    await page.locator("input[name=password]").fill(password);
    await page.locator("input[name=again]").fill(password);
    const set = Date.now();
    await page.getByRole("button").click();
    expect(page.url()).toBe(`${start}/invite/done`);
    await eventually("a calendar that opens", async () => (await calendar()) === "207" || undefined);
    expect(Date.now() - set).toBeLessThan(10_000);
    expect((await startedAt())[0]).toBe(before);

    expect((await page.goto(link))?.status()).toBe(404);
    expect(await page.locator("h1").textContent()).toBe("This invitation does not work");
  });

  test("leaves its code and its password in no log, and in no file but as a hash; up and plan change nothing back", async () => {
    expect(await home.must(["plan"])).toContain("nothing to change");
    await home.mustUp();
    const { stdout } = await home.machine.exec([
      "sh",
      "-c",
      'grep -rlaF -e "$1" "$2" || true',
      "sh",
      password,
      home.machine.root,
    ]);
    expect(stdout).toBe("");
    const front = await home.must(["logs", "front", "-n", "1000"]);
    expect(front).toContain("start.home.localhost/invite");
    expect(front).not.toMatch(/code=/);
  });

  test("that is made anew takes nothing away until it is used, and passwd wins", async () => {
    const opens = async (word: string) => {
      const words = ["-o", "/dev/null", "-w", "%{http_code}", "-u", `cleo:${word}`, "-X", "PROPFIND"];
      return (await home.curl([...words, "https://calendar.home.localhost:8443/cleo/"])).stdout === "207";
    };
    await home.must(["invite", "cleo"]);
    await home.mustUp();
    expect(await opens(password)).toBe(true);
    const { code } = await home.machine.freehold(["passwd", "cleo", "--stdin"], { input: "another horse\n" });
    expect(code).toBe(0);
    await home.mustUp();
    await eventually("the new password", async () => (await opens("another horse")) || undefined);
    expect(await opens(password)).toBe(false);
  });
});

/** What somebody outside sees who comes from one address to another one of the machine. */
async function from(
  host: string,
  path: string,
  source: string,
  machine: string,
  more: readonly string[] = [],
): Promise<string> {
  const name = `${host}.home.localhost`;
  const words = ["-sk", "--max-time", "10", "--interface", source, "--resolve", `${name}:8443:${machine}`, ...more];
  return (await home.machine.outside(["curl", ...words, `https://${name}:8443${path}`])).stdout;
}

async function isShown(): Promise<true | undefined> {
  return (await home.curl(["-f", "-o", "/dev/null", `${start}/`])).code === 0 || undefined;
}

/** When the front door's process started. */
async function frontSince(): Promise<unknown> {
  const { front } = JSON.parse(await home.must(["status", "--json"])) as { front: { since: number }[] };
  return front[0]?.since;
}

/** When the calendar's process started. */
async function startedAt(): Promise<readonly (number | undefined)[]> {
  const { services } = await home.status();
  return services.filter(({ name }) => name === "calendar").flatMap(({ parts }) => parts.map(({ since }) => since));
}

/** The texts whose contrast is below what WCAG 2.2 asks for at level AA (1.4.3): 4.5, for large text 3. */
function faint(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const light = (channels) => {
      const [r, g, b] = channels.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const [r, g, b, a = 1] = rgb(getComputedStyle(at).backgroundColor);
        if (a > 0) return [r, g, b];
      }
      return [255, 255, 255];
    };
    const found = [];
    for (const element of document.querySelectorAll("body *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
      if (!own && element.tagName !== "INPUT") continue;
      const style = getComputedStyle(element);
      const [a, b] = [light(rgb(style.color).slice(0, 3)), light(ground(element))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (contrast < (large ? 3 : 4.5)) found.push(element.tagName + " " + element.textContent.trim().slice(0, 30) + " " + contrast.toFixed(2));
    }
    return found;
  })()`);
}
