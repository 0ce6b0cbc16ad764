import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecResult } from "../../src/lib/exec.ts";
import { checkout, type Running } from "./machine.ts";
import { createLab, type SiteFiles, type TestSite } from "./site.ts";
import { eventually } from "./wait.ts";

/** The site `lab` whose changes come by git. */
export type PushedLab = TestSite & {
  /** Its bare repository on the machine. */
  readonly repository: string;
  /** git in the checkout, as the person there. */
  git(words: readonly string[]): Promise<ExecResult>;
  /** The same, which must succeed; what it printed, without the last line's end. */
  mustGit(words: readonly string[]): Promise<string>;
  /** Commits everything, signed; resolves with the commit. */
  commit(message: string, files?: SiteFiles): Promise<string>;
  /** `git push lab main`, with further words; all that was said, as a person sees it. */
  push(words?: readonly string[]): Promise<{ readonly code: number; readonly said: string }>;
  /** Starts `git push lab main`, which goes on. */
  startPush(): Promise<PushGoingOn>;
  /** Holds the site's lock, as somebody else at work would, until it is let go. */
  holdLock(): Promise<() => Promise<void>>;
  /** Process ids on the machine, as it counts them, of what was started with these words in it. */
  pids(pattern: string): Promise<readonly string[]>;
  /** kill -9 on the machine. */
  kill(pids: readonly string[]): Promise<void>;
  /** The status of a page over HTTPS: `200`; `000` when nobody answers. */
  page(host: string, path?: string): Promise<string>;
};

/** A push while it goes on. */
export type PushGoingOn = Running & {
  /** Waits until it has said this. */
  says(words: string): Promise<void>;
  /** Resolves with all that it said when it has ended. */
  ended(): Promise<string>;
};

/** Makes the lab, installs git's way in on the machine, and commits the first files; nothing was pushed yet. */
export async function createPushedLab(files: SiteFiles): Promise<PushedLab> {
  const lab = await createLab(files);
  const { machine } = lab;
  const env = { GIT_CONFIG_NOSYSTEM: "1" };
  const git = (words: readonly string[]): Promise<ExecResult> =>
    machine.exec(["git", ...words], { cwd: machine.site, env });
  const mustGit = async (words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await git(words);
    if (code !== 0) throw new Error(`git ${words.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
    return stdout.trimEnd();
  };
  await mustGit(["init", "-q", "-b", "main"]);
  await mustGit(["config", "user.name", "Ada"]);
  await mustGit(["config", "user.email", "ada@lab.test"]);
  await lab.must(["install"]);
  const commit: PushedLab["commit"] = async (message, changed = {}) => {
    await lab.write(changed);
    await mustGit(["add", "-A"]);
    await mustGit(["commit", "-q", "--allow-empty", "-m", message]);
    return mustGit(["rev-parse", "HEAD"]);
  };
  await commit("The first files");
  const pids: PushedLab["pids"] = async (pattern) =>
    (await machine.exec(["pgrep", "-f", pattern])).stdout.split("\n").filter((pid) => pid !== "");
  return {
    ...lab,
    repository: join(machine.root, "sites/lab/repository.git"),
    git,
    mustGit,
    commit,
    push: async (words = ["main"]) => {
      const { code, stderr } = await git(["push", "lab", ...words]);
      return { code, said: stderr };
    },
    startPush: async () => {
      const running = await machine.start(["setsid", "-w", "git", "push", "lab", "main"], { cwd: machine.site });
      let said = "";
      running.process.stderr?.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
      const ended = once(running.process, "close");
      const says = async (words: string): Promise<void> => {
        const heard = eventually(`a push to say ${words}`, async () => said.includes(words) || undefined, 60_000);
        await heard.catch((cause) => {
          throw new Error(`expected a push to say ${words}, got ${said}`, { cause });
        });
      };
      return { ...running, says, ended: async () => ended.then(() => said) };
    },
    holdLock: async () => {
      const script = join(import.meta.dirname, "hold-lock.ts");
      const { process: holder } = await machine.start([
        process.execPath,
        script,
        join(machine.root, "sites/lab/ledger"),
      ]);
      if (holder.stdout === null) throw new Error("expected the holder's output");
      await once(holder.stdout, "data");
      const gone = once(holder, "exit");
      return async () => {
        holder.stdin?.end();
        await gone;
      };
    },
    pids,
    kill: async (all) => {
      if (all.length > 0) await machine.exec(["kill", "-9", ...all]);
    },
    page: async (host, path = "/") => {
      const write = ["-o", "/dev/null", "-w", "%{http_code}", "--resolve", `${host}:443:127.0.0.1`];
      await writeFile(lab.authority, (await machine.freehold(["trust", "--pem"])).stdout);
      return (await lab.curl([...write, `https://${host}${path}`])).stdout;
    },
  };
}

/** The program, as the machine runs it. */
export const freehold = join(checkout, "bin/freehold");
