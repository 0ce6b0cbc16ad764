import ipaddr from "ipaddr.js";
import { uriText } from "./lookups.ts";
import { frontFile } from "./paths.ts";
import type { Backend, Server } from "./routes.ts";

/** Connections that nobody uses are closed by halves each time: who was relieved is to be free of them soon. */
const quickToLetGo = "default-server pool-purge-delay 500ms";

/**
 * On a cluster one name stands for all replicas, and a connection stays with the one that it came to: a new one for each request never leads
 * to a replica that is on its way out.
 */
const anewForEach = "option http-server-close";

/** A backend and its servers. Several servers are asked whether they answer; one is simply tried. */
export function backendLines(backend: Backend, mode: "http" | "tcp"): readonly string[] {
  return [
    `backend ${backend.name}`,
    ...(backend.servers.length > 1 ? ["balance leastconn", ...(mode === "tcp" ? ["option redispatch 1"] : [])] : []),
    ...(mode === "http" ? checkLines(backend) : []),
    ...pathLines(backend),
    ...(backend.elsewhere ? ["retries 3", "timeout connect 5s"] : []),
    ...(mode === "http" && !backend.elsewhere ? [isNamed(backend) ? anewForEach : quickToLetGo] : []),
    ...backend.servers.map((server) => serverLine(backend, server)),
  ];
}

/**
 * Says how to resolve names while running, if there are any: of external services, and on a cluster of all. A cluster's names lead to
 * the same address for as long as they are there, so they are believed for an hour after its resolver answered last.
 */
export function resolverLines(backends: readonly Backend[]): readonly (readonly string[])[] {
  const named = backends.filter(isNamed);
  if (named.length === 0) return [];
  const patience = named.some(({ elsewhere }) => !elsewhere)
    ? ["timeout", "refused", "other"].map((answer) => `hold ${answer} 1h`)
    : [];
  return [["resolvers machine", "parse-resolv-conf", "accepted_payload_size 1232", ...patience]];
}

/** Whether its servers are known by name. */
function isNamed({ servers }: Backend): boolean {
  return servers.some((server) => "host" in server && !ipaddr.isValid(server.host));
}

function checkLines({ check }: Backend): readonly string[] {
  if (check?.ask.by !== "http") return [];
  return [
    "option httpchk",
    `http-check send meth GET uri ${uriText(check.ask.path)} ver HTTP/1.1 hdr host localhost`,
    "http-check expect status 200-399",
  ];
}

/** Other paths get the answer of names that nobody has, and are asked for nowhere. */
function pathLines({ paths }: Backend): readonly string[] {
  if (paths === undefined) return [];
  const unknown = `status 404 content-type "text/html; charset=utf-8" file ${frontFile("unknown.html")}`;
  return [`http-request return ${unknown} hdr cache-control no-store unless { path -i ${paths.join(" ")} }`];
}

function serverLine(backend: Backend, server: Server): string {
  if ("socket" in server) return `server ${server.name} unix@${server.socket}`;
  const { name, host, port } = server;
  const literal = ipaddr.isValid(host);
  const address = ipaddr.IPv6.isValid(host) ? `ipv6@[${host}]:${port}` : `${host}:${port}`;
  const words = [`server ${name} ${address}`];
  if (!literal) words.push("resolvers machine init-addr libc,none");
  if (!literal && !backend.elsewhere) words.push("resolve-prefer ipv4");
  if (backend.tls) words.push(`ssl verify required ca-file @system-ca verifyhost ${host}`);
  if (backend.tls && !literal) words.push(`sni str(${host})`);
  if (backend.check !== undefined)
    words.push(`check inter ${backend.check.every}ms fall 2 rise 1${checkPort(backend, port)}`);
  if (backend.proxy) words.push("send-proxy-v2");
  return words.join(" ");
}

function checkPort({ check }: Backend, port: number): string {
  return check?.ask.by === "http" && check.ask.port !== port ? ` port ${check.ask.port}` : "";
}
