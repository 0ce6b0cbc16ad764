import { afterAll, beforeAll, expect, test } from "vitest";
import { type ExecResult, execOrFail } from "../../src/lib/exec.ts";
import { runningContainers } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { createRegistry, type TestRegistry } from "../world/registry.ts";
import { createLab, type TestSite } from "../world/site.ts";

const serves = 'port: 8080\ncommand: [/bin/busybox, httpd, -f, -p, "8080", -h, /www]\n';
let lab: TestSite;
let registry: TestRegistry;

beforeAll(async () => {
  lab = await createLab({});
  registry = await createRegistry(lab.machine);
  await registry.push("app:1.0.0", "the first");
  await registry.push("other:1.0.0", "another");
  await lab.write({
    "services/echo.yaml": `image: ${registry.host}/app:1.0.0\nexpose: public\n${serves}`,
    "services/alpha.yaml": `image: ${registry.host}/other:1.0.0\n${serves}`,
  });
  for (const words of [
    ["init", "--quiet", "."],
    ["add", "."],
    ["commit", "--quiet", "--message", "feat: a lab"],
  ])
    await execOrFail(["git", ...words], { cwd: lab.machine.site, env: env() });
});
afterAll(async () => {
  await registry.end();
  await endMachines();
});

const env = (): NodeJS.ProcessEnv => ({
  SSL_CERT_FILE: registry.env.SSL_CERT_FILE,
  PATH: process.env.PATH,
  HOME: lab.machine.disk,
  ...{ GIT_AUTHOR_NAME: "ada", GIT_AUTHOR_EMAIL: "ada@example.org" },
  ...{ GIT_COMMITTER_NAME: "ada", GIT_COMMITTER_EMAIL: "ada@example.org" },
});

const freehold = (...words: string[]): Promise<ExecResult> => lab.machine.freehold(words, { env: env() });

test("what was chosen runs, by its digest, and an update restarts that service alone", {
  timeout: 120_000,
}, async () => {
  expect(await freehold("update", "--yes")).toMatchObject({ code: 0 });
  expect(await freehold("up", "--yes")).toMatchObject({ code: 0 });
  await lab.mustUp();
  const page = () => lab.curl(["https://echo.lab.test/"]);
  expect((await page()).stdout).toBe("the first");
  const before = await runningContainers(lab.machine);

  await registry.push("app:1.0.0", "somebody pushed over it");
  await registry.push("app:1.0.1", "the second");
  expect((await freehold("plan")).stdout).toContain("nothing to change");
  expect((await freehold("update", "--yes")).stdout).toContain("1.0.0 → 1.0.1");
  const plan = await freehold("plan");
  expect(plan.stdout).toMatch(/echo .*image 1\.0\.0 → 1\.0\.1/);
  expect(plan.stdout).not.toContain("alpha");
  expect(await freehold("up", "--yes")).toMatchObject({ code: 0 });
  expect((await page()).stdout).toBe("the second");
  const after = await runningContainers(lab.machine);
  expect(after.get("lab.alpha")).toEqual(before.get("lab.alpha"));
});
