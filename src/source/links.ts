import { fail } from "../lib/problem.ts";
import { shorten, visible } from "../lib/text.ts";
import { contents, type Store } from "./objects.ts";
import { type RevisionEntry, revisionLimits } from "./tree-entries.ts";

/** Where each link leads. Problem: `REVISION_LINK_OUTSIDE`. */
export async function linksOf(store: Store, entries: readonly RevisionEntry[]): Promise<Map<string, string>> {
  const links = entries.filter(({ kind }) => kind === "link");
  const found = await contents(
    store,
    links.map(({ id }) => id),
    links.length * (revisionLimits.link + 128),
  );
  return new Map(
    links.map(({ path, id }) => {
      const target = found.get(id)?.toString("utf8") ?? "";
      if (!staysInside(path, target))
        fail("REVISION_LINK_OUTSIDE", `expected links that stay inside, got ${shown(path)} → ${shown(target)}`, {
          hint: "copy what it leads to into the site",
        });
      return [path, target];
    }),
  );
}

/**
 * Whether a link leads to something inside, whatever other links are on its way. Steps upwards count only at its beginning, where they leave
 * real directories; behind a name that may itself be a link, nobody could tell where they lead.
 */
export function staysInside(path: string, target: string): boolean {
  const steps = target.split("/").filter((step) => step !== "" && step !== ".");
  const down = steps.findIndex((step) => step !== "..");
  const up = down < 0 ? steps.length : down;
  const depth = path.split("/").length - 1;
  return (
    target !== "" &&
    !target.startsWith("/") &&
    !/[\0\ufffd]/.test(target) &&
    up <= depth &&
    !steps.slice(up).some((step) => step === ".." || step.toLowerCase() === ".git")
  );
}

function shown(text: string): string {
  return `"${shorten(visible(text), 100)}"`;
}
