import { backendLines, resolverLines } from "./haproxy-backend.ts";
import { streamLines, webLines } from "./haproxy-frontend.ts";
import { frontFile, frontPaths } from "./paths.ts";
import type { Routes } from "./routes.ts";

/**
 * The configuration of the front door, valid for HAProxy 2.6 to 3.0. Directives: https://docs.haproxy.org/3.0/configuration.html.
 * It names only files below `current/`, so that a reload takes one version of everything.
 */
export function haproxyConfig(routes: Routes): string {
  const sections = [
    globalLines(),
    webDefaults(),
    ...webLines(routes),
    ...routes.backends.map((backend) => backendLines(backend, "http")),
    ...resolverLines([...routes.backends, ...routes.streams.map(({ backend }) => backend)]),
    ...(routes.streams.length === 0 ? [] : [streamDefaults()]),
    ...routes.streams.flatMap((stream) => [streamLines(routes.front, stream), backendLines(stream.backend, "tcp")]),
  ];
  const texts = sections.map(([head, ...body]) => `${[head, ...body.map((line) => `    ${line}`)].join("\n")}\n`);
  return ["# Written by freehold from the site; changes made here are lost.\n", ...texts].join("\n");
}

/** So long a connection is kept for a visitor's next request, in milliseconds; also by a process of HAProxy that a reload has relieved. */
export const keepAlive = 30_000;

/** TLS as in Mozilla's "intermediate" recommendation: 1.2 and 1.3, forward secrecy, authenticated ciphers. */
const ciphers =
  "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:" +
  "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

function globalLines(): readonly string[] {
  return [
    "global",
    "log stdout format raw local0 info",
    `stats socket ${frontPaths.adminSocket} mode 600 level admin`,
    "maxconn 1000",
    // else a second front door could listen on the same port, and the kernel would give each half of the visitors
    "noreuseport",
    // an old process ends with its last connection, or when it is that many configurations behind
    "mworker-max-reloads 10",
    "ssl-default-bind-options ssl-min-ver TLSv1.2",
    `ssl-default-bind-ciphers ${ciphers}`,
    "ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256",
    "tune.ssl.cachesize 2000",
    "tune.h2.initial-window-size 262144",
    ".if version_atleast(2.7)",
    "thread-hard-limit 4",
    ".endif",
  ];
}

function webDefaults(): readonly string[] {
  const unavailable = `content-type "text/html; charset=utf-8" file ${frontFile("unavailable.html")}`;
  return [
    "defaults web",
    "mode http",
    "log global",
    // who, what, how it went; no queries, which may hold secrets
    'log-format "%ci %HM %[var(txn.host),json(utf8s)]%HPO %HV %ST %B %Ta %b/%s %tsc"',
    "option dontlognull",
    "option http-ignore-probes",
    "option idle-close-on-response",
    "option clitcpka",
    "option srvtcpka",
    ...connectLines(),
    "timeout http-request 10s",
    `timeout http-keep-alive ${keepAlive / 1000}s`,
    // between packets, not overall: uploads may take hours
    "timeout client 5m",
    "timeout server 5m",
    ".if version_atleast(2.9)",
    "timeout client-hs 10s",
    ".endif",
    // sent again only when the service has seen nothing of it, or closed without a word
    "retry-on conn-failure empty-response",
    // each time to where the service is by then: it may have been relieved meanwhile
    "option redispatch 1",
    ...[502, 503, 504].map(
      (status) => `http-error status ${status} ${unavailable} hdr cache-control no-store hdr retry-after 10`,
    ),
  ];
}

function streamDefaults(): readonly string[] {
  return [
    "defaults streams",
    "mode tcp",
    "log global",
    'log-format "%ci %ft %Tw/%Tc/%Tt %B %b/%s %ts"',
    "option dontlognull",
    "option clitcpka",
    "option srvtcpka",
    ...connectLines(),
    "timeout client 5m",
    "timeout server 5m",
  ];
}

/**
 * A service that restarts within a few seconds is waited for. HAProxy tries again after `timeout connect`, so a short one
 * makes for a short wait; it is ample for what runs on this machine.
 */
function connectLines(): readonly string[] {
  return [
    "retries 30",
    "timeout connect 250ms",
    "timeout queue 10s",
    "timeout tunnel 1d",
    "timeout client-fin 30s",
    "timeout server-fin 30s",
    "timeout check 5s",
  ];
}
