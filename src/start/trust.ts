import { createHash } from "node:crypto";
import type { Site } from "../site/site.ts";
import { escaped } from "./html.ts";
import { derOf } from "./pem.ts";

/** How a device learns to trust the site's own authority, with what to compare it by. */
export function trustSection({ domain }: Site, pem: string): string {
  const digest = createHash("sha256").update(derOf(pem)).digest("hex").toUpperCase();
  const fingerprint = digest.match(/../g)?.join(":") ?? "";
  const rows = devices.map(([name, text]) => `<dt>${name}</dt><dd>${text}</dd>`);
  return [
    '<section id="trust" aria-labelledby="trust-title">',
    '<h2 id="trust-title">When a device warns of the certificate</h2>',
    `<p>Certificates here come from an authority of ${escaped(domain)}’s own. Each device has to learn once to trust it; it can vouch for names at ${escaped(domain)} only.</p>`,
    "<details>",
    "<summary>Teach a device</summary>",
    `<dl>${rows.join("")}</dl>`,
    "<p>The device may show its fingerprint. This is the right one (SHA-256):</p>",
    `<pre tabindex="0" class="wrap">${fingerprint}</pre>`,
    "</details>",
    "</section>",
  ].join("\n");
}

const certificate = '<a href="/authority.crt">certificate</a>';

const devices: readonly (readonly [string, string])[] = [
  [
    "iPhone, iPad",
    'Open this <a href="/authority.mobileconfig">profile</a>, install it in Settings, then switch it on: General, About, Certificate Trust Settings.',
  ],
  ["Android", `Save the ${certificate}, then Settings, Security, Install a certificate, CA certificate.`],
  ["Mac", `Open the ${certificate}, add it to the login keychain, then set it to Always Trust there.`],
  ["Windows", `Open the ${certificate}, Install Certificate, into Trusted Root Certification Authorities.`],
  ["Firefox", `Settings, Privacy, View Certificates, Authorities, Import the ${certificate}.`],
  ["Linux", `Save the ${certificate} in /usr/local/share/ca-certificates/, then sudo update-ca-certificates.`],
];
