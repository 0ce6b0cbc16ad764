import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { exec } from "../../lib/exec.ts";
import { exclusively } from "../../lib/file-lock.ts";
import { isErrno } from "../../lib/fs.ts";
import { fail, ProblemError } from "../../lib/problem.ts";
import type { ApplyContext } from "../provider.ts";
import { findImage } from "./image-facts.ts";
import { findProgram } from "./prepare.ts";
import { pullImage } from "./pull.ts";
import type { Builder } from "./session.ts";

/** What freehold's own images start from. */
export const base = "docker.io/library/debian:trixie-slim";

/** Writes the root of a small Debian 13 to a file; see its first lines. */
const recipe = join(import.meta.dirname, "../../../scripts/bases.sh");

/** Milliseconds. */
const patience = 15 * 60_000;

/**
 * Sees to it that the base is there if a Containerfile starts from it: fetched, or made here where no registry answers. Two who
 * need it at once make it once, also in two processes. Problem: `IMAGE_BASE`.
 */
export async function needBase(session: Builder, context: string, apply: ApplyContext): Promise<void> {
  if (!startsFromBase(await containerfile(context))) return;
  if ((await findImage(session.client, base)) !== undefined) return;
  const { places } = await session.call();
  await exclusively(join(places.root, "base.lock"), apply.signal, async () => {
    if ((await findImage(session.client, base)) !== undefined) return;
    try {
      await pullImage(session.client, base, apply);
    } catch (thrown) {
      if (!(thrown instanceof ProblemError) || thrown.problem.code !== "IMAGE_PULL") throw thrown;
      await makeBase(session, apply, thrown);
    }
  });
}

/** Whether a line `FROM` of a Containerfile names the base. */
export function startsFromBase(text: string): boolean {
  return text.split("\n").some((line) => {
    const words = line.trim().split(/\s+/);
    return words[0]?.toUpperCase() === "FROM" && words.includes(base);
  });
}

/** The text of the Containerfile (or Dockerfile) of a build; "" when there is neither, which the build itself will say. */
async function containerfile(context: string): Promise<string> {
  for (const name of ["Containerfile", "Dockerfile"]) {
    try {
      return await readFile(join(context, name), "utf8");
    } catch (thrown) {
      if (!isErrno(thrown, "ENOENT")) throw thrown;
    }
  }
  return "";
}

async function makeBase(session: Builder, { report, signal }: ApplyContext, unreachable: ProblemError): Promise<void> {
  if ((await findProgram("mmdebstrap")) === undefined)
    fail("IMAGE_BASE", `expected to fetch ${base} or to make it, got no registry and no mmdebstrap`, {
      got: unreachable.problem.got ?? "no registry",
      hint: "apt-get install mmdebstrap, or see to it that docker.io can be reached",
      cause: unreachable,
    });
  report("making a Debian to start from");
  const { argv, env, places } = await session.call();
  const directory = await mkdtemp(join(places.root, "base-"));
  try {
    const archive = join(directory, "root.tar");
    await mustEnd(["sh", recipe, archive], { signal, timeout: patience });
    await mustEnd([...argv, "import", "--quiet", archive, base], { env, signal, timeout: patience });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function mustEnd(argv: readonly [string, ...string[]], options: Parameters<typeof exec>[1]): Promise<void> {
  const { code, stderr } = await exec(argv, options);
  if (code === 0) return;
  const lines = stderr.trim().split("\n").slice(-8);
  fail("IMAGE_BASE", `making ${base} failed: ${lines.at(-1) ?? `code ${code}`}`, {
    kind: "transient",
    detail: lines,
    hint: "look at the network: Debian's mirror is needed",
  });
}
