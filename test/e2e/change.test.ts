import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningContainers } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { createLab, type TestSite } from "../world/site.ts";

const echo = "build: images/probe\nport: 8080\nexpose: public\nenv: {GREETING: hello}\n";
const alpha = "build: images/probe\nport: 8080\n";
let lab: TestSite;

beforeAll(async () => {
  lab = await createLab({ "services/echo.yaml": echo, "services/alpha.yaml": alpha, "services/beta.yaml": alpha });
  await lab.mustUp();
});
afterAll(endMachines);

describe("up", () => {
  test("does nothing the second time, and says so", async () => {
    const before = await runningContainers(lab.machine);
    const { code, stdout } = await lab.up();
    expect({ code, stdout }).toMatchObject({ code: 0 });
    await lab.must(["plan"]);
    expect(await runningContainers(lab.machine)).toEqual(before);
  });

  test("changes the one service whose line changed, and leaves every other process as it is", async () => {
    const before = await runningContainers(lab.machine);
    await lab.write({ "services/echo.yaml": echo.replace("hello", "good day") });
    const plan = await lab.machine.freehold(["plan"]);
    expect(plan.code).toBe(4);
    expect(plan.stdout).toMatch(/echo/);
    expect(plan.stdout).not.toMatch(/alpha|beta/);
    await lab.mustUp();
    const after = await runningContainers(lab.machine);
    expect((await greeting()).greeting).toBe("good day");
    expect([...after].filter(([name]) => !name.startsWith("lab.echo"))).toEqual(
      [...before].filter(([name]) => !name.startsWith("lab.echo")),
    );
    expect(after.get("lab.echo")?.id).not.toBe(before.get("lab.echo")?.id);
  });

  test("asks before it changes anything, and without a terminal names --yes", async () => {
    const before = await runningContainers(lab.machine);
    await lab.write({ "services/echo.yaml": echo });
    const { code, stderr, stdout } = await lab.machine.freehold(["up"]);
    expect(code).not.toBe(0);
    expect(stderr + stdout).toContain("--yes");
    expect(await runningContainers(lab.machine)).toEqual(before);
  });

  test("puts back what somebody took away by hand", async () => {
    await lab.mustUp();
    const before = await runningContainers(lab.machine);
    await lab.machine.exec(["nft", "flush", "ruleset"]);
    await lab.mustUp();
    await lab.must(["prove"]);
    expect([...(await runningContainers(lab.machine)).keys()]).toEqual([...before.keys()]);
  });
});

describe("a service file with a mistake", () => {
  test("leaves its service as it runs, while the others go on and change", async () => {
    const before = await runningContainers(lab.machine);
    await lab.write({ "services/beta.yaml": "build: images/probe\nport: 80000\n", "services/gamma.yaml": alpha });
    const { code, stderr, stdout } = await lab.up();
    expect(code).toBe(3);
    expect(stderr + stdout).toContain("services/beta.yaml:2:7");
    const after = await runningContainers(lab.machine);
    expect(after.get("lab.beta")).toEqual(before.get("lab.beta"));
    expect(after.get("lab.gamma")).toBeDefined();
  });

  test("is not taken for a service that was removed, even after the supervisor looked", async () => {
    const before = await runningContainers(lab.machine);
    await lab.up();
    expect((await runningContainers(lab.machine)).get("lab.beta")).toEqual(before.get("lab.beta"));
    await lab.write({ "services/beta.yaml": alpha, "services/gamma.yaml": undefined });
    await lab.mustUp();
    expect([...(await runningContainers(lab.machine)).keys()]).not.toContain("lab.gamma");
  });
});

describe("a site.yaml with a mistake", () => {
  test("stops everything, changes nothing and ends with 10", async () => {
    const before = await runningContainers(lab.machine);
    await lab.write({ "site.yaml": "name: lab\ndomian: lab.test\n", "services/echo.yaml": undefined });
    const { code, stderr, stdout } = await lab.up();
    expect(code).toBe(10);
    expect(stderr + stdout).toMatch(/site\.yaml:2:1[\s\S]*domain/);
    expect(await runningContainers(lab.machine)).toEqual(before);
    await lab.write({ "site.yaml": "name: lab\ndomain: lab.test\n", "services/echo.yaml": echo });
  });
});

describe("down", () => {
  test("stops everything of the site and keeps it stopped", async () => {
    await lab.mustUp();
    await lab.must(["down", "--yes"]);
    expect([...(await runningContainers(lab.machine)).keys()]).toEqual([]);
    expect((await lab.machine.exec(["nft", "list", "tables"])).stdout).not.toContain("freehold");
    expect((await lab.machine.exec(["ip", "-brief", "link", "show", "type", "bridge"])).stdout).toBe("");
    expect((await lab.machine.exec(["ps", "-eo", "args="])).stdout).not.toMatch(/supervise|conmon|podman/);
  });
});

async function greeting(): Promise<{ greeting: string }> {
  const { stdout } = await lab.curl(["https://echo.lab.test/"]);
  const answer: { greeting: string } = JSON.parse(stdout);
  return answer;
}
