import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readIfThere, writeAtomically } from "../../lib/fs.ts";
import { type Roots, rootsFrom, siteLayout } from "../../providers/layout.ts";

/** What hooks are written for. */
export type HooksOptions = {
  readonly roots: Roots;
  /** Where freehold lies. */
  readonly home: string;
  readonly site: string;
};

/** Writes the hooks of a site's repository, or brings them up to date. */
export async function writeHooks(options: HooksOptions): Promise<void> {
  const directory = join(siteLayout(options.roots, options.site).repository, "hooks");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const [name, text] of [
    ["pre-receive", preReceive(options)],
    ["post-receive", postReceive(options)],
  ] as const) {
    const path = join(directory, name);
    if ((await readIfThere(path)) !== text) await writeAtomically(path, text, 0o700);
  }
}

/** Rejects what must not be taken. */
export function preReceive(options: HooksOptions): string {
  return `${head(options)}
exec ${program(options)} receive-check --site-name ${quoted(options.site)}
`;
}

/**
 * Deploys in a session of its own, which goes on when whoever pushed goes away; they read along while they are there. What it says goes
 * through a file in memory, so that nobody who stopped reading holds it up or ends it.
 */
export function postReceive(options: HooksOptions): string {
  const { run } = siteLayout(options.roots, options.site);
  return `${head(options)}
run=${quoted(run)}
mkdir -p -m 700 "$run" && said=$(mktemp "$run/push.XXXXXX") || said=/dev/null
exec 8>>"$said" 9<"$said"
[ "$said" = /dev/null ] || rm -f "$said"
refs=$(cat)
printf '%s\\n' "$refs" | setsid ${program(options)} deploy --pushed --site-name ${quoted(options.site)} >&8 2>&1 8>&- 9<&- &
deploy=$!
exec 8>&-
tail -f -n +1 -s 0.2 --pid="$deploy" /dev/fd/9 2>/dev/null </dev/null
`;
}

/** Whoever pushes brings an environment along: nothing of it decides what runs. */
function head({ roots }: HooksOptions): string {
  const usual = rootsFrom({});
  const places = [
    ...(roots.root === usual.root ? [] : [`FREEHOLD_ROOT=${quoted(roots.root)}`]),
    ...(roots.run === usual.run ? [] : [`FREEHOLD_RUN=${quoted(roots.run)}`]),
    ...(roots.imageStore === undefined ? [] : [`FREEHOLD_IMAGE_STORE=${quoted(roots.imageStore)}`]),
  ];
  return `#!/bin/sh
# Written by freehold: what is changed here is written anew.
umask 022
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
${places.map((place) => `export ${place}\n`).join("")}`.trimEnd();
}

function program({ home }: HooksOptions): string {
  return quoted(join(home, "bin/freehold"));
}

/** As one word of sh, whatever is in it (POSIX, 2.2.2). */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
