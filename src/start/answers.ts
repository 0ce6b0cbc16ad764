import { startHost } from "../features/start.ts";
import { asItIs, type Origin } from "../observe/origin.ts";
import type { SiteStatus } from "../observe/status.ts";
import type { Site } from "../site/site.ts";
import { type Answer, type Asked, plainAnswer } from "./answer.ts";
import { page } from "./html.ts";
import { donePage, type Invitations, invitePage } from "./invite.ts";
import { answerMailSetup } from "./mail-setup.ts";
import { type MetricsFacts, metricsAnswer } from "./metrics.ts";
import { authorityProfile, calendarProfile, mailProfile } from "./profiles.ts";
import { startPage } from "./start-page.ts";
import type { Tries } from "./tries.ts";

/** What the pages are made from, asked anew for each visitor. */
export type StartSources = {
  /** The site as it was last applied. Undefined while none is. */
  readonly site: () => Promise<Site | undefined>;
  /** How it is; undefined while nobody has looked. */
  readonly status: (site: Site) => SiteStatus | undefined;
  /** Where what runs came from. */
  readonly origin: () => Promise<Origin>;
  /** What a Prometheus is told; undefined while nobody has looked. */
  readonly metrics: (site: Site) => Promise<MetricsFacts | undefined>;
  /** The authority's certificate, PEM. */
  readonly authority: () => Promise<string | undefined>;
  readonly invitations: Invitations;
  readonly tries: Tries;
};

/** Everything that is answered behind the front door: the start page's host, and those that mail programs ask. */
export async function answerStart(sources: StartSources, asked: Asked): Promise<Answer> {
  const site = await sources.site();
  if (site === undefined) return notYet();
  const host = asked.host.replace(/:\d*$/, "").replace(/\.$/, "").toLowerCase();
  if (host !== startHost(site)) return answerMailSetup(site, host, asked);
  if (asked.path === "/invite") {
    if (!["GET", "HEAD", "POST"].includes(asked.method)) return notTaken("GET, HEAD, POST");
    return invitePage(sources.invitations, sources.tries, asked);
  }
  if (asked.method !== "GET" && asked.method !== "HEAD") return notTaken("GET, HEAD");
  switch (asked.path) {
    case "/": {
      const status = sources.status(site);
      return status === undefined
        ? notYet()
        : startPage(site, status, await sources.authority(), asItIs(await sources.origin(), status));
    }
    case "/metrics": {
      const facts = await sources.metrics(site);
      return facts === undefined ? notYet() : metricsAnswer(facts);
    }
    case "/invite/done":
      return donePage();
    case "/authority.crt":
      return authority(await sources.authority());
    case "/authority.mobileconfig":
      return authorityProfile(site, await sources.authority()) ?? nothingHere();
    case "/mail.mobileconfig":
      return mailProfile(site) ?? nothingHere();
    case "/calendar.mobileconfig":
      return calendarProfile(site) ?? nothingHere();
    default:
      return nothingHere();
  }
}

function notTaken(allow: string): Answer {
  return { ...plainAnswer(405, "Nothing here takes that.\n"), headers: { allow } };
}

function nothingHere(): Answer {
  return page(
    "Nothing at this address",
    '<header><h1>Nothing at this address</h1></header>\n<p><a href="/">To the start page</a></p>',
    404,
  );
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
