import { join } from "node:path";

/** Where freehold keeps its things on a machine. */
export type Roots = {
  /** Survives reboots; default `/var/lib/freehold`. */
  readonly root: string;
  /** On a memory file system, empty after a reboot; default `/run/freehold`. */
  readonly run: string;
  /** A further, read-only store of images; none by default. */
  readonly imageStore?: string;
};

/** The roots that the environment asks for (`FREEHOLD_ROOT`, `FREEHOLD_RUN`, `FREEHOLD_IMAGE_STORE`), or the defaults. */
export function rootsFrom(env: Readonly<Record<string, string | undefined>>): Roots {
  const imageStore = env.FREEHOLD_IMAGE_STORE;
  return {
    root: env.FREEHOLD_ROOT ?? "/var/lib/freehold",
    run: env.FREEHOLD_RUN ?? "/run/freehold",
    ...(imageStore === undefined ? {} : { imageStore }),
  };
}

/**
 * The roots of a person who is not root, for sites of which nothing runs on this machine: what the environment asks for, or the places that the XDG
 * Base Directory Specification has for data and for what a reboot may forget. Undefined when it names no home.
 */
export function personalRoots(env: Readonly<Record<string, string | undefined>>): Roots | undefined {
  const { HOME, XDG_DATA_HOME, XDG_RUNTIME_DIR } = env;
  const data = XDG_DATA_HOME || (HOME && join(HOME, ".local/share"));
  if (!data) return undefined;
  const root = join(data, "freehold");
  const own = {
    FREEHOLD_ROOT: root,
    FREEHOLD_RUN: XDG_RUNTIME_DIR ? join(XDG_RUNTIME_DIR, "freehold") : join(root, "run"),
  };
  return rootsFrom({ ...own, ...env });
}

/** The directories and files of one site on the machine; nothing is in the checkout. */
export type SiteLayout = {
  readonly home: string;
  /** `state/SERVICE/PART/NAME`: data that matters. */
  readonly state: string;
  /** `snapshots/SERVICE/NAME`: copies of a service's state, for root alone. */
  readonly snapshots: string;
  /** `files/ID/…`: what freehold wrote, a directory a version. */
  readonly files: string;
  /** The certificates' directory, mounted into the front door. */
  readonly certificates: string;
  /** The certificates of parts, a directory each, mounted into the part alone. */
  readonly partCertificates: string;
  /** The authority's key and certificate. */
  readonly authority: string;
  /** The ledger: the site as last applied, and the lock. */
  readonly ledger: string;
  /** Sockets and marks that a reboot may forget. */
  readonly run: string;
  /** The directory with the socket of the start page, which the front door sees. */
  readonly start: string;
  /** The bare git repository that the site follows, for root alone. */
  readonly repository: string;
  /** `revisions/COMMIT`: the files of the trusted head, and of the one before. */
  readonly revisions: string;
  /** Who may sign, the root of trust: `signers` and `keyring/` in it. */
  readonly trust: string;
  /** What git needs to fetch from a remote: a key of its own, known hosts, a token. */
  readonly remote: string;
};

/** The layout of one site. */
export function siteLayout(roots: Roots, site: string): SiteLayout {
  const home = join(roots.root, "sites", site);
  return {
    home,
    state: join(home, "state"),
    snapshots: join(home, "snapshots"),
    files: join(home, "files"),
    certificates: join(home, "certificates"),
    partCertificates: join(home, "part-certificates"),
    authority: join(home, "authority"),
    ledger: join(home, "ledger"),
    run: join(roots.run, "sites", site),
    start: join(roots.run, "sites", site, "start"),
    repository: join(home, "repository.git"),
    revisions: join(home, "revisions"),
    trust: join(home, "trust"),
    remote: join(home, "remote"),
  };
}
