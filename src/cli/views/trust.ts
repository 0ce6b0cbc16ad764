import type { Site } from "../../site/site.ts";
import { type Line, type Text, tone } from "../span.ts";
import { wrap } from "../width.ts";
import { listed } from "../words.ts";

/** How each kind of device takes up the certificate of a site's authority. */
export function trustText(
  { name, domain, domains }: Pick<Site, "name" | "domain" | "domains">,
  fingerprint: string,
): Text {
  const file = `${name}.crt`;
  const [first = "", second = ""] = halves(fingerprint);
  return [
    ...wrap(
      `The authority of ${name} vouches for ${listed([domain, ...domains])} and names under it. Bring ${file} to each device and install it once.`,
      80,
    ),
    "",
    ["make the file  ", tone("strong", `freehold trust --pem > ${file}`)],
    `fingerprint    ${first}`,
    `  (SHA-256)    ${second}`,
    ...steps(file).flatMap(([device, lines]): Line[] => [
      "",
      tone("strong", device),
      ...lines.map((line) => `  ${line}`),
    ]),
    "",
    "Compare the fingerprint before you agree on a device.",
  ];
}

function steps(file: string): readonly (readonly [device: string, lines: readonly string[]])[] {
  return [
    ["Debian, Ubuntu", [`cp ${file} /usr/local/share/ca-certificates/ && update-ca-certificates`]],
    ["Fedora", [`cp ${file} /etc/pki/ca-trust/source/anchors/ && update-ca-trust`]],
    [
      "macOS",
      ["security add-trusted-cert -d -r trustRoot \\", `  -k /Library/Keychains/System.keychain ${file}   (with sudo)`],
    ],
    ["Windows", [`certutil -addstore -f ROOT ${file}   (in a terminal run as administrator)`]],
    [
      "iPhone, iPad",
      [
        "Open the file, then Settings > General > VPN & Device Management: install.",
        "Then Settings > General > About > Certificate Trust Settings: switch it on.",
      ],
    ],
    ["Android", ["Settings > Security > More > Encryption & credentials >", "Install a certificate > CA certificate."]],
    [
      "Firefox",
      [
        "Settings > Privacy & Security > View Certificates > Authorities > Import;",
        "on Windows, macOS and Android it takes the system's by itself.",
      ],
    ],
    ["Chromium on Linux", [`certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n ${file.replace(/\.crt$/, "")} -i ${file}`]],
  ];
}

/** Two lines of sixteen bytes each. */
function halves(fingerprint: string): readonly string[] {
  const bytes = fingerprint.split(":");
  return [bytes.slice(0, 16).join(":"), bytes.slice(16).join(":")];
}
