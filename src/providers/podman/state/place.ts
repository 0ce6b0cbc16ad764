import { join } from "node:path";
import { fail } from "../../../lib/problem.ts";
import type { SiteLayout } from "../../layout.ts";

/** The directory with all the state of one service. */
export function stateDirectory(layout: SiteLayout, service: string): string {
  return join(layout.state, checked(service));
}

/** Where the state that is to come is made ready, and where the one before stands while the two are switched. */
export function switchPlaces(layout: SiteLayout, service: string): { readonly next: string; readonly last: string } {
  return { next: join(layout.state, `.${checked(service)}.new`), last: join(layout.state, `.${checked(service)}.old`) };
}

/** The service whose state is being made ready under a name of the state's directory; undefined for any other name. */
export function serviceOfNext(name: string): string | undefined {
  return /^\.(.+)\.new$/.exec(name)?.[1];
}

/** The directory with the snapshots of one service. */
export function snapshotsDirectory(layout: SiteLayout, service: string): string {
  return join(layout.snapshots, checked(service));
}

/** Whether a name can be a service's. */
export function isServiceName(name: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name);
}

function checked(service: string): string {
  if (isServiceName(service)) return service;
  return fail("BUG", `expected a service's name, got "${service}"`, { kind: "bug" });
}
