/** Draws docs/pictures/start-page-*.png: the start page of a site with all of the catalogue, as Chromium shows it. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";
import type { SiteStatus, State } from "../src/observe/status.ts";
import { urlsOf } from "../src/observe/urls.ts";
import { load } from "../src/site/load.ts";
import type { Site } from "../src/site/site.ts";
import { plainAnswer } from "../src/start/answer.ts";
import { answerStart } from "../src/start/answers.ts";

const root = resolve(import.meta.dirname, "..");
const site = await catalogueSite();
const server = createServer(async (request, response) => {
  const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
  const asked = {
    method: request.method ?? "GET",
    path: pathname,
    query: search.slice(1),
    body: "",
    origin: "",
    fetchSite: "",
  };
  const answer = await answerStart(
    {
      site: async () => site,
      status: () => statusOf(site),
      origin: async () => ({ held: [] }),
      metrics: async () => undefined,
      authority: async () => "-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----\n",
      invitations: {
        find: async () => ({ name: "ben", title: "Ben", until: Date.UTC(2026, 11, 1) }),
        use: async () => "set",
      },
      tries: { areUsedUp: () => false, count: () => {} },
    },
    { ...asked, host: `start.${site.domain}` },
  ).catch((thrown: unknown) => plainAnswer(500, String(thrown)));
  response.writeHead(answer.status, { "content-type": answer.type, ...answer.headers }).end(answer.body);
});
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
const address = server.address();
const base = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
try {
  for (const picture of [
    { name: "start-page-light", scheme: "light", width: 900, path: "/", open: "calendar" },
    { name: "start-page-dark", scheme: "dark", width: 900, path: "/", open: "calendar" },
    { name: "start-page-phone", scheme: "light", width: 390, path: "/", open: "mail" },
    {
      name: "invitation",
      scheme: "light",
      width: 600,
      path: "/invite?code=7k3m-92qa-x4wd-0hfe-58rt-gn2c-vz6p",
      open: "",
    },
  ] as const) {
    const page = await browser.newPage({
      viewport: { width: picture.width, height: 600 },
      colorScheme: picture.scheme,
      deviceScaleFactor: 1,
      javaScriptEnabled: false,
    });
    await page.goto(`${base}${picture.path}`);
    if (picture.open !== "") await page.locator(`#${picture.open} summary`).click();
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(root, `docs/pictures/${picture.name}.png`), fullPage: true });
    await page.close();
  }
} finally {
  await browser.close();
  server.close();
}

/** The catalogue's services, without what only a real site can have: secrets. */
async function catalogueSite(): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-pictures-"));
  try {
    await cp(join(root, "examples/home"), directory, { recursive: true, dereference: true });
    for (const file of (await readdir(join(root, "catalog"))).filter((name) => name.endsWith(".yaml"))) {
      const text = await readFile(join(root, "catalog", file), "utf8");
      await writeFile(
        join(directory, "services", file),
        text.replaceAll(/^ *secrets:.*\n/gm, "").replaceAll(/^.*<public half.*\n/gm, ""),
      );
    }
    await writeFile(join(directory, "site.yaml"), "name: home\ndomain: example.org\n");
    const loaded = await load(directory, { images: join(root, "images") });
    const errors = loaded.problems.filter(({ severity }) => severity === "error");
    if (loaded.site === undefined || errors.length > 0)
      throw new Error(errors.map(({ message }) => message).join("\n"));
    return loaded.site;
  } finally {
    await rm(directory, { recursive: true });
  }
}

function statusOf({ name, services, front }: Site): SiteStatus {
  return {
    name,
    front: [],
    services: services.map((service) => {
      const state: State = service.name === "chat" ? "starting" : "healthy";
      const to = service.expose[0]?.to ?? "nobody";
      return {
        name: service.name,
        title: service.title,
        state,
        urls: urlsOf(service, front),
        to,
        held: false,
        elsewhere: false,
        parts: [],
      };
    }),
  };
}
