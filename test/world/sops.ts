import { mkdir, mkdtemp, rename, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exec, execOrFail } from "../../src/lib/exec.ts";
import { isThere } from "../../src/lib/fs.ts";
import { ProblemError } from "../../src/lib/problem.ts";
import { cache } from "./images.ts";

const version = "3.13.3";
const kept = join(cache, `sops-${version}`);

/**
 * The real sops, built once from its source by Go and kept beside the other things that tests need; undefined where there is no Go.
 */
export async function realSops(): Promise<string | undefined> {
  const program = join(kept, "sops");
  if (await isThere(program)) {
    await utimes(kept, new Date(), new Date()); // what is not used for a day is swept away
    return program;
  }
  if (!(await hasGo())) return undefined;
  const work = await mkdtemp(join(tmpdir(), "freehold-sops-"));
  try {
    const env = {
      ...process.env,
      CGO_ENABLED: "0",
      GOBIN: work,
      GOPATH: join(work, "path"),
      GOCACHE: join(work, "cache"),
      GOFLAGS: "-modcacherw",
    };
    await execOrFail(["go", "install", `github.com/getsops/sops/v3/cmd/sops@v${version}`], { env, timeout: 900_000 });
    await mkdir(kept, { recursive: true });
    const beside = join(kept, `sops.${process.pid}`);
    await execOrFail(["cp", join(work, "sops"), beside]);
    await rename(beside, program);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return program;
}

async function hasGo(): Promise<boolean> {
  try {
    return (await exec(["go", "version"])).code === 0;
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.code === "PROGRAM_MISSING") return false;
    throw thrown;
  }
}
