import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningContainer, runningContainers } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { createPushedLab, freehold, type PushedLab } from "../world/pushing.ts";
import { eventually } from "../world/wait.ts";

const service = (greeting: string): string =>
  `build: images/probe\nport: 8080\nexpose: public\nenv: {GREETING: "${greeting}"}\n`;
/** Milliseconds after the start of `git push`; all of it takes two to five seconds. */
const points = [400, 900, 1400, 2000, 2700];
let lab: PushedLab;

beforeAll(async () => {
  lab = await createPushedLab({ "services/echo.yaml": service("first") });
  await lab.push();
  await lab.page("echo.lab.test"); // curl trusts the authority from here on
});
afterAll(endMachines);

describe("everything of freehold's that is killed", () => {
  test.each(points)(
    "%i ms after the start of a push is taken up by the next controller, to the same end",
    async (after) => {
      const greeting = `after ${after}`;
      const commit = await lab.commit(greeting, { "services/echo.yaml": service(greeting) });
      const push = await lab.startPush();
      await delay(after);
      await lab.kill([...(await lab.pids("cli/main.ts")), ...(await lab.pids("controller/main.ts"))]);
      await push.ended();
      // a push whose check was killed was not taken: git says so, and the person pushes again
      const { stdout: head } = await lab.machine.exec(["git", "-C", lab.repository, "rev-parse", "main"]);
      if (head.trim() !== commit) expect((await lab.push()).code).toBe(0);
      const controller = await lab.machine.start([freehold, "run", "--site-name", "lab"]);
      controller.process.stdout?.resume();
      controller.process.stderr?.resume();
      await eventually(`echo to say ${greeting}`, async () => {
        const { stdout } = await lab.curl(["https://echo.lab.test/"]);
        return stdout.includes(`"greeting": "${greeting}"`) ? true : undefined;
      });
      await eventually("one echo and one front door", async () => {
        const names = [...(await runningContainers(lab.machine)).keys()].sort();
        return names.length === 2 && (await runningContainer(lab.machine, "lab.echo")) !== undefined ? true : undefined;
      });
      const { stdout } = await lab.machine.freehold(["history", "--site-name", "lab", "--json"]);
      expect(stdout).toContain(commit);
    },
  );
});
