import type { ServiceStatus, SiteStatus, State } from "../observe/status.ts";
import type { Service, Site } from "../site/site.ts";
import type { Answer } from "./answer.ts";
import { type Guide, guidesOf } from "./guide.ts";
import { escaped, page } from "./html.ts";

/** The page on which people find everything: each service, how it is, and how to set up a phone or a program for it. */
export function startPage(site: Site, status: SiteStatus): Answer {
  const services = new Map(site.services.map((service) => [service.name, service]));
  const shown = status.services.flatMap((one): string[] => {
    const service = services.get(one.name);
    return service === undefined || service.stage === "retired" ? [] : [serviceSection(site, service, one)];
  });
  return page(
    site.domain,
    [
      `<header>\n<h1>${escaped(site.domain)}</h1>\n<p>${escaped(sentence(status.services))}</p>\n</header>`,
      ...shown,
      trustSection(),
    ].join("\n"),
  );
}

/** Is all well? */
function sentence(services: readonly ServiceStatus[]): string {
  const troubled = services.filter(({ state }) => state !== "healthy");
  if (services.length === 0) return "Nothing runs here yet.";
  if (troubled.length === 0) return services.length === 1 ? "It is well." : `All ${services.length} services are well.`;
  return troubled.map(({ title, state }) => `${title} is ${words[state].text}.`).join(" ");
}

const words: Readonly<Record<State, { readonly mark: string; readonly text: string }>> = {
  healthy: { mark: "✔", text: "well" },
  starting: { mark: "…", text: "starting" },
  unhealthy: { mark: "✖", text: "not well" },
  stopped: { mark: "✖", text: "stopped" },
};

function serviceSection(site: Site, service: Service, { state, urls, to }: ServiceStatus): string {
  const { mark, text } = words[state];
  const links = urls.filter((url) => url.startsWith("https:")).map((url) => link(url));
  const guides = guidesOf(site, service);
  return [
    `<section id="${escaped(service.name)}">`,
    `<div class="top"><h2>${escaped(service.title)}</h2>`,
    `<span class="state ${state}"><span aria-hidden="true">${mark}</span> ${text}</span></div>`,
    ...links.map((each) => `<p>${each}</p>`),
    `<p class="soft">${openness[to]}</p>`,
    ...(guides.length === 0
      ? []
      : [`<details>\n<summary>Set up a device</summary>`, ...guides.map(guideText), "</details>"]),
    "</section>",
  ].join("\n");
}

const openness: Readonly<Record<ServiceStatus["to"], string>> = {
  public: "From everywhere",
  private: "At home and over the VPN only",
  nobody: "For other services only",
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

function trustSection(): string {
  return [
    '<section id="trust">',
    "<h2>If a device warns about the certificate</h2>",
    '<p>This cloud has an authority of its own. <a href="/authority.crt">Install its certificate</a> once on each device, and the warning is gone.</p>',
    "</section>",
  ].join("\n");
}
