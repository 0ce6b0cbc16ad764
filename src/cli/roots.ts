import { join, resolve } from "node:path";
import { isErrno, isThere, readIfThere } from "../lib/fs.ts";
import { personalRoots, type Roots, rootsFrom } from "../providers/layout.ts";
import { label } from "../site/schema/name.ts";
import { settingsOf } from "../site/settings.ts";
import { nearestSite } from "./site-directory.ts";

/** Who runs freehold, where, and with which words. */
export type Caller = {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly user: number;
};

/**
 * Where freehold keeps its things for whoever calls: the machine's own places; for who is not root and means a site of a cluster, of which nothing
 * runs here, his own. Which site that is follows from the same words and directories as for every command.
 */
export async function rootsOf({ argv, cwd, env, user }: Caller): Promise<Roots> {
  const machine = rootsFrom(env);
  const own = user === 0 || env.FREEHOLD_ROOT !== undefined ? undefined : personalRoots(env);
  if (own === undefined) return machine;
  const name = optionIn(argv, "--site-name");
  if (name !== undefined) return label.test(name) && (await isThere(join(own.root, "sites", name))) ? own : machine;
  const asked = optionIn(argv, "--site");
  const directory = asked === undefined ? await nearestSite(cwd) : resolve(cwd, asked);
  if (directory === undefined) return (await isThere(join(own.root, "sites"))) ? own : machine;
  return (await meansCluster(directory)) ? own : machine;
}

/** Whether a site's file names a cluster, whatever else is wrong with it. */
async function meansCluster(directory: string): Promise<boolean> {
  try {
    const text = (await readIfThere(join(directory, "site.yaml"))) ?? "";
    const settings = settingsOf("site.yaml", text) ?? [];
    return settings.some(({ path }) => path === "engine.kubernetes" || path.startsWith("engine.kubernetes."));
  } catch (thrown) {
    if (isErrno(thrown, "EACCES", "ENOTDIR", "EISDIR")) return false;
    throw thrown;
  }
}

/** The value of an option among words that nobody has checked yet. */
function optionIn(argv: readonly string[], flag: string): string | undefined {
  const rest = argv.indexOf("--");
  const words = rest < 0 ? argv : argv.slice(0, rest);
  const joined = words.find((word) => word.startsWith(`${flag}=`));
  if (joined !== undefined) return joined.slice(flag.length + 1);
  const place = words.indexOf(flag);
  return place < 0 ? undefined : words[place + 1];
}
