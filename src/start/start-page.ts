import type { Origin } from "../observe/origin.ts";
import type { ServiceStatus, SiteStatus, State } from "../observe/status.ts";
import type { Service, Site } from "../site/site.ts";
import type { Answer } from "./answer.ts";
import { type Guide, guidesOf, hostOf, isForBrowsers } from "./guide.ts";
import { escaped, page } from "./html.ts";
import { trustSection } from "./trust.ts";

/**
 * The page on which people find everything: each service, how it is, and how to set up a phone or a program for it. `authority` is the
 * certificate of the site's authority, PEM.
 */
export function startPage(site: Site, status: SiteStatus, authority: string | undefined, origin: Origin): Answer {
  const services = new Map(site.services.map((service) => [service.name, service]));
  const shown = status.services.flatMap((one) => {
    const service = services.get(one.name);
    return service === undefined || service.stage === "retired" ? [] : [{ service, one }];
  });
  return page(
    site.domain,
    [
      `<header>\n<h1>${escaped(site.domain)}</h1>\n<p>${escaped(sentence(shown.map(({ one }) => one)))}</p>\n${originLines(origin)}</header>`,
      ...shown.map(({ service, one }) => serviceSection(site, service, one, isHeld(origin, service))),
      ...(authority === undefined ? [] : [trustSection(site, authority)]),
    ].join("\n"),
  );
}

function isHeld({ held }: Origin, { name }: Service): boolean {
  return held.some(({ service }) => service === name);
}

/** Who changed what last, when and why; and whether a newer change was not taken. */
function originLines({ revision, refused }: Origin): string {
  const lines = [
    ...(revision === undefined
      ? []
      : [
          `<p>Last change: “${escaped(revision.subject)}” by ${escaped(revision.author.name)}, <time datetime="${isoOf(revision.authoredAt)}">${dayOf(revision.authoredAt)}</time> <span class="soft">${escaped(revision.commit.slice(0, 7))}</span></p>`,
        ]),
    ...(refused === undefined
      ? []
      : [`<p class="fault">A newer change was refused: ${escaped(refused.problem.message)}.</p>`]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** `2026-03-02 14:05 UTC`: a page may lie open for long, so it tells the time and not an age. */
function dayOf(milliseconds: number): string {
  const [day = "", time = ""] = isoOf(milliseconds).split("T");
  return `${day} ${time.slice(0, 5)} UTC`;
}

/** Is all well? */
function sentence(services: readonly ServiceStatus[]): string {
  const troubled = services.filter(({ state }) => state !== "healthy");
  const rest = services.length - troubled.length;
  if (services.length === 0) return "Nothing runs here yet.";
  if (troubled.length === 0) return rest === 1 ? "It is healthy." : `All ${rest} services are healthy.`;
  const named = troubled.map(({ title, state }) => `${title} is ${state}.`);
  return [...named, ...(rest === 0 ? [] : [`Everything else is healthy.`])].join(" ");
}

const marks: Readonly<Record<State, string>> = { healthy: "✔", starting: "…", unhealthy: "✖", stopped: "✖" };

function serviceSection(site: Site, service: Service, { state, urls, to }: ServiceStatus, isHeld: boolean): string {
  const web = urls.filter((url) => url.startsWith("https:"));
  const host = `<span class="address">${escaped(hostOf(site, service))}</span>`;
  const links = isForBrowsers(service) ? web.map(link) : [];
  const places = links.length > 0 ? links : to === "nobody" ? [] : [host];
  const guides = guidesOf(site, service);
  return [
    `<section id="${escaped(service.name)}" aria-labelledby="${escaped(service.name)}-title">`,
    `<div class="top"><h2 id="${escaped(service.name)}-title">${escaped(service.title)}</h2>`,
    `<span class="state ${state}"><span aria-hidden="true">${marks[state]}</span> ${state}</span></div>`,
    `<p>${[...places, `<span class="soft">${openness[to]}</span>`].join('<span class="soft" aria-hidden="true"> · </span>')}</p>`,
    ...(isHeld ? ['<p class="soft">It runs as before: its last change went wrong.</p>'] : []),
    ...(guides.length === 0
      ? []
      : [
          `<details>\n<summary>Set up a device<span class="hidden"> for ${escaped(service.title)}</span></summary>`,
          ...guides.map(guideText),
          "</details>",
        ]),
    "</section>",
  ].join("\n");
}

const openness: Readonly<Record<ServiceStatus["to"], string>> = {
  public: "from everywhere",
  private: "at home and over the VPN",
  nobody: "for other services only",
};

function link(url: string): string {
  return `<a href="${escaped(url)}">${escaped(url.replace("https://", "").replace(/\/$/, ""))}</a>`;
}

function guideText({ title, fields, note, profile, lines }: Guide): string {
  const rows = fields.map(({ name, value }) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`);
  return [
    `<h3>${escaped(title)}</h3>`,
    ...(rows.length === 0 ? [] : [`<dl>${rows.join("")}</dl>`]),
    ...(lines === undefined ? [] : [`<pre tabindex="0">${lines.map(escaped).join("\n")}</pre>`]),
    ...(note === undefined ? [] : [`<p class="soft">${escaped(note)}</p>`]),
    ...(profile === undefined ? [] : [`<p><a href="${profile.href}">${escaped(profile.label)}</a></p>`]),
  ].join("\n");
}
