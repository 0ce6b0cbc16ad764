import ipaddr from "ipaddr.js";
import type { Front } from "../../site/site.ts";
import { frontFile } from "./paths.ts";
import type { Routes, StreamRoute } from "./routes.ts";

/** The networks of a home: private use, loopback, link-local (RFC 1918, 4193, 3927, 4291). Not those of our own services. */
const privateNetworks = "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 127.0.0.0/8 169.254.0.0/16 ::1 fc00::/7 fe80::/10";
const serviceNetworks = "10.224.0.0/12";

/** Above so many requests a second only answers that tell of a mistake are logged. */
const loggedRate = 200;

/** The frontends for HTTP, which only sends people on, and for HTTPS. */
export function webLines(routes: Routes): readonly (readonly string[])[] {
  const { front, domain } = routes;
  const port = front.https === 443 ? "" : `:${front.https}`;
  return [
    [
      "frontend http",
      ...binds(front, front.http, ""),
      ...homeLines(),
      ...nameLines(routes),
      `http-request redirect prefix https://%[var(txn.host)]${port} code 308`,
    ],
    [
      "frontend https",
      ...binds(front, front.https, ` ssl crt-list ${frontFile("certificates.list")} alpn h2,http/1.1`),
      // the address is written out once for a connection, not twice for each request: that is slow
      "tcp-request session set-var(sess.visitor) src,lower",
      ...homeLines(),
      ...nameLines(routes),
      ...visitorLines(front),
      "http-request disable-l7-retry unless { method GET HEAD OPTIONS }",
      ...strictTransport(front, domain),
      "http-response set-log-level info if { status ge 400 }",
      "use_backend %[var(txn.backend)]",
    ],
  ];
}

/** The frontend of a published port. */
export function streamLines(front: Front, { port, to, backend }: StreamRoute): readonly string[] {
  return [
    `frontend port.${port}`,
    ...binds(front, port, ""),
    ...(to === "private" ? [...privateAcls(), "tcp-request connection reject if !home or service"] : []),
    `default_backend ${backend.name}`,
  ];
}

function binds({ addresses }: Front, port: number, rest: string): readonly string[] {
  return addresses.map((address) =>
    ipaddr.IPv6.isValid(address)
      ? `bind ipv6@[${address}]:${port} v6only${rest}`
      : `bind ipv4@${address}:${port}${rest}`,
  );
}

/**
 * Finds the backend for host and path. Names that nobody has, and private ones for visitors from elsewhere, get one and the
 * same answer.
 */
function nameLines({ paths }: Routes): readonly string[] {
  const unknown = `status 404 content-type "text/html; charset=utf-8" file ${frontFile("unknown.html")}`;
  return [
    // a flood must not fill the disk, nor the log decide how fast a page is
    `http-request set-log-level silent if { fe_req_rate gt ${loggedRate} }`,
    "http-request set-var(txn.host) req.hdr(host),host_only,rtrim(.)",
    ...lookupLines(paths),
    "acl known var(txn.backend) -m found",
    `acl public var(txn.host),map(${frontFile("hosts.map")}) -m str public`,
    // nobody needs the host's openness looked up who is at home
    `http-request return ${unknown} hdr cache-control no-store if !known or !athome !public`,
  ];
}

/** Where every host leads to one backend, the path need not be written out and compared for each request. */
function lookupLines(paths: Routes["paths"]): readonly string[] {
  const map = frontFile("paths.map");
  if (paths.every(({ path }) => path === "/"))
    return [`http-request set-var(txn.backend) var(txn.host),concat(/),map(${map})`];
  return [
    'http-request set-var-fmt(txn.where) "%[var(txn.host)]%[path]/"',
    `http-request set-var(txn.backend) var(txn.where),map_beg(${map})`,
  ];
}

/** Who is at home is found out once for a connection, not for each request. What could not be noted is not at home. */
function homeLines(): readonly string[] {
  return [
    ...privateAcls(),
    "tcp-request session set-var(sess.home) bool(true) if home !service",
    "acl athome var(sess.home) -m found",
  ];
}

/** What the service learns of the visitor comes from the connection, never from what the visitor claims. */
function visitorLines(front: Front): readonly string[] {
  return [
    "option http-restrict-req-hdr-names delete",
    "http-request del-header x-forwarded -m beg",
    "http-request del-header forwarded",
    "http-request del-header proxy",
    // a header named here is dropped by the next proxy: nobody may name ours
    "acl upgrade req.hdr(upgrade) -m found",
    "http-request del-header connection",
    "http-request set-header connection upgrade if upgrade",
    "http-request set-header x-real-ip %[var(sess.visitor)]",
    "http-request add-header x-forwarded-for %[var(sess.visitor)]",
    "http-request add-header x-forwarded-proto https",
    "http-request add-header x-forwarded-host %[req.hdr(host)]",
    `http-request add-header x-forwarded-port ${front.https}`,
  ];
}

/** Browsers hold a host to HTTPS on all of its ports, so this is only said by who has the usual ones, and not on one's own machine. */
function strictTransport(front: Front, domain: string): readonly string[] {
  const usual = front.http === 80 && front.https === 443;
  const own = domain === "localhost" || domain.endsWith(".localhost");
  if (!usual || own) return [];
  return [
    "http-response set-header strict-transport-security max-age=15552000 unless { res.hdr(strict-transport-security) -m found }",
  ];
}

function privateAcls(): readonly string[] {
  return [`acl home src ${privateNetworks}`, `acl service src ${serviceNetworks}`];
}
