/** Where the front door's container sees what it works with. */
export const frontPaths = {
  /** The live file; what is written is below `current`. */
  files: "/etc/freehold/front",
  certificates: "/etc/freehold/certificates",
  /** HAProxy's own sockets: the master takes reloads, the worker answers questions. */
  masterSocket: "/run/freehold/master.sock",
  adminSocket: "/run/freehold/admin.sock",
  /** The directory in which the supervisor serves the start page, and on which socket. */
  start: "/run/freehold-start",
  startSocket: "/run/freehold-start/start.sock",
} as const;

/** The path inside of one of the files that freehold writes for the front door. */
export function frontFile(name: FrontFile): string {
  return `${frontPaths.files}/current/${name}`;
}

/** The files that freehold writes for the front door. */
export type FrontFile =
  | "haproxy.cfg"
  | "hosts.map"
  | "paths.map"
  | "certificates.list"
  | "servers.txt"
  | "unknown.html"
  | "unavailable.html";
