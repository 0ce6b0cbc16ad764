import type { SiteStatus } from "../observe/status.ts";
import type { Site } from "../site/site.ts";
import { type Answer, type Asked, plainAnswer } from "./answer.ts";
import { page } from "./html.ts";
import { startPage } from "./start-page.ts";

/** What the pages are made from, asked anew for each visitor. */
export type StartSources = {
  /** The site as it was last applied, and how it is. Undefined while neither is known. */
  readonly site: () => Promise<{ readonly site: Site; readonly status: SiteStatus } | undefined>;
  /** The authority's certificate, PEM. */
  readonly authority: () => Promise<string | undefined>;
};

/** Everything that the start page's host answers. */
export async function answerStart(sources: StartSources, asked: Asked): Promise<Answer> {
  if (asked.method !== "GET" && asked.method !== "HEAD") return plainAnswer(405, "Nothing here takes that.\n");
  switch (asked.path) {
    case "/": {
      const known = await sources.site();
      return known === undefined ? notYet() : startPage(known.site, known.status);
    }
    case "/authority.crt":
      return authority(await sources.authority());
    default:
      return page(
        "Nothing at this address",
        '<header><h1>Nothing at this address</h1></header>\n<p><a href="/">To the start page</a></p>',
        404,
      );
  }
}

function notYet(): Answer {
  return page(
    "Starting",
    "<header><h1>Starting</h1></header>\n<p>Everything is looked at right now. Ask again in a few seconds.</p>",
    503,
  );
}

function authority(pem: string | undefined): Answer {
  if (pem === undefined) return plainAnswer(404, "There is no authority yet.\n");
  return { status: 200, type: "application/x-x509-ca-cert", body: pem, headers: { "cache-control": "no-store" } };
}
