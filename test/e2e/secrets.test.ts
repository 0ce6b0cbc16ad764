import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/lib/clock.ts";
import { keyFile, machineIdentity } from "../../src/secrets/machine-identity.ts";
import {
  formsOf,
  leaksInMemory,
  leaksInProcesses,
  leaksInTexts,
  leaksMeanwhile,
  leaksOnDisk,
} from "../secrets/leaks.ts";
import { secretsFile } from "../secrets/sealed.ts";
import { runningContainer } from "../world/containers.ts";
import { checkout, endMachines } from "../world/machine.ts";
import { createLab, type TestSite } from "../world/site.ts";
import { eventually } from "../world/wait.ts";

const canary = `canary${randomBytes(24).toString("hex")}`;
const second = `second${randomBytes(24).toString("hex")}`;
const other = `other${randomBytes(24).toString("hex")}`;
const forms = [canary, second, other].flatMap(formsOf);

const probe = "build: images/probe\nport: 8080\n";
const alpha = `${probe}secrets: {ALPHA_TOKEN: alpha-token, /run/secrets/alpha.key: alpha-key, /srv/deep/alpha.key: alpha-key}\n`;
const beta = `${probe}secrets: {BETA_TOKEN: beta-token}\n`;
const values = { "alpha-token": canary, "alpha-key": `-----\n${canary}\n`, "beta-token": other };

let lab: TestSite;
let recipient: string;

beforeAll(async () => {
  lab = await createLab({ "services/alpha.yaml": alpha, "services/beta.yaml": beta, "services/echo.yaml": probe });
  ({ recipient } = await machineIdentity(lab.machine.root));
  await lab.write({ "secrets.yaml": await secretsFile([recipient], values) });
});
afterAll(endMachines);

const inside = async (service: string, script: string): Promise<string> => {
  const { stdout } = await lab.machine.freehold(["exec", service, "--", "sh", "-c", script]);
  return stdout;
};
const seesIts = async (token: string): Promise<void> => {
  expect(await inside("alpha", 'echo "$ALPHA_TOKEN"')).toBe(`${token}\n`);
  expect(await inside("alpha", "cat /run/secrets/alpha.key")).toBe(`-----\n${token}\n`);
  expect(await inside("alpha", "cat /srv/deep/alpha.key")).toBe(`-----\n${token}\n`);
};

/** Everywhere but in the process that is given it, and in the memory that it is given from. */
async function everyLeak(): Promise<string[]> {
  const memory = (await leaksInMemory(lab.machine, forms)).filter(
    (line) => !/^400 \d{9} \/run\/freehold\/sites\/lab\/secrets\/secret_[a-z0-9_-]+\/[a-z-]+$/.test(line),
  );
  return [...(await leaksOnDisk(lab.machine, forms)), ...memory, ...(await leaksInProcesses(forms))];
}

async function everythingPrinted(): Promise<Record<string, string>> {
  const commands = [
    ["plan"],
    ["plan", "--json"],
    ["status"],
    ["status", "--json"],
    ["check", "--json"],
    ["logs"],
    ["up", "--yes", "--json"],
  ];
  const texts: Record<string, string> = {};
  for (const words of commands) {
    const { stdout, stderr } = await lab.machine.freehold(words);
    texts[words.join(" ")] = stdout + stderr;
  }
  const env = {
    CONTAINERS_CONF: "/run/freehold/podman/containers.conf",
    CONTAINERS_STORAGE_CONF: "/run/freehold/podman/storage.conf",
  };
  const podman = ["podman", "--tmpdir", "/run/freehold/podman/tmp"] as const;
  for (const words of [
    ["inspect", "lab.alpha"],
    ["inspect", "lab.beta"],
    ["secret", "ls", "--format", "{{.ID}}"],
  ]) {
    const { code, stdout, stderr } = await lab.machine.exec([...podman, ...words], { env });
    expect(code, stderr).toBe(0);
    texts[`podman ${words.join(" ")}`] = stdout;
  }
  const ids = (texts["podman secret ls --format {{.ID}}"] ?? "").trim().split("\n");
  expect(ids).toHaveLength(2);
  texts.secrets = (await lab.machine.exec([...podman, "secret", "inspect", ...ids], { env })).stdout;
  return texts;
}

describe("the search", () => {
  test("finds what was leaked on purpose, wherever it is", async () => {
    const hidden = Buffer.from(`TOKEN=${canary}`).toString("base64");
    await lab.write({ "leak.txt": `x${hidden}` });
    await lab.machine.exec(["sh", "-c", "umask 077; cat > /run/leak"], { input: canary });
    const leaking = await lab.machine.start(["env", `LEAK=${canary}`, "perl", "-e", "<STDIN>", canary]);
    const found = await leaksMeanwhile(forms, new Promise((resolve) => setTimeout(resolve, 300)));
    const everything = await everyLeak();
    leaking.process.stdin?.end();
    await new Promise((resolve) => leaking.process.once("close", resolve));
    await lab.write({ "leak.txt": undefined });
    await lab.machine.exec(["rm", "/run/leak"]);
    for (const leaks of [found, everything]) {
      expect(leaks).toContainEqual(expect.stringContaining(`/${leaking.pid}/cmdline`));
      expect(leaks).toContainEqual(expect.stringContaining(`/${leaking.pid}/environ`));
    }
    expect(everything).toEqual(expect.arrayContaining([join(lab.machine.site, "leak.txt"), "600 0 /run/leak"]));
    expect(leaksInTexts({ plan: `a ${canary} b`, status: "nothing" }, forms)).toEqual(["plan"]);
    expect(await everyLeak()).toEqual([]);
  });
});

describe("a secret", () => {
  test("reaches its service, and nobody and nothing else, at no time", async () => {
    expect(await leaksMeanwhile(forms, lab.mustUp())).toEqual([]);
    await seesIts(canary);
    expect(await inside("beta", 'echo "$BETA_TOKEN"')).toBe(`${other}\n`);
    expect(await everyLeak()).toEqual([]);
    expect(leaksInTexts(await everythingPrinted(), forms)).toEqual([]);
    expect(await leaksInMemory(lab.machine, forms)).toHaveLength(3); // the search is able to see them
  });

  test("is its user's alone inside, and cannot be changed there", async () => {
    expect(await inside("alpha", "stat -c '%a %u %g' /run/secrets/alpha.key; id -u")).toBe("400 1000 1000\n1000\n");
    expect(
      await inside(
        "alpha",
        "chmod 644 /run/secrets/alpha.key; echo x > /run/secrets/alpha.key; stat -c %a /run/secrets/alpha.key",
      ),
    ).toBe("400\n");
  });

  test("is in memory alone also while Podman hands it on, at each start and for each command inside", async () => {
    const containers = join(lab.machine.root, "podman/storage/overlay-containers");
    const places: string[] = [];
    for (const name of ["lab.alpha", "lab.beta", "lab.echo"]) {
      const { id } = await runningContainer(lab.machine, name);
      places.push((await lab.machine.exec(["realpath", join(containers, id, "userdata")])).stdout);
    }
    expect(places).toEqual([
      expect.stringMatching(/^\/run\/freehold\/sites\/lab\/secrets\//),
      expect.stringMatching(/^\/run\/freehold\/sites\/lab\/secrets\//),
      expect.not.stringMatching(/^\/run/),
    ]);
  });

  test("cannot be found from inside another service", async () => {
    const script =
      "grep -rlsF -D skip -f - /run /etc /tmp /srv /var /home /root /dev/shm; cat /proc/*/environ | tr '\\0' '\\n'";
    const { stdout } = await lab.machine.freehold(["exec", "echo", "--", "sh", "-c", script], {
      input: [canary, other].join("\n"),
    });
    expect(stdout).toContain("PATH=");
    expect(leaksInTexts({ stdout }, forms)).toEqual([]);
    expect(stdout).not.toMatch(/^\//m);
    expect(await inside("beta", "ls /run/freehold /run/secrets 2>&1; env")).not.toContain(canary);
  });

  test("with a new value replaces the containers that use it, and no others", async () => {
    const before = await Promise.all(["lab.alpha", "lab.beta"].map((name) => runningContainer(lab.machine, name)));
    const { withValues } = await import("../../src/secrets/seal.ts");
    const { openFile } = await import("../../src/secrets/open.ts");
    const { identities } = await import("../../src/secrets/identities.ts");
    const { readStore } = await import("../../src/secrets/store.ts");
    const file = await readStore(lab.machine.site);
    if (file === undefined) throw new Error("expected a secrets.yaml");
    const opened = await openFile(file, await identities({}, lab.machine.root));
    const changed = new Map([
      ["alpha-token", second],
      ["alpha-key", `-----\n${second}\n`],
    ]);
    await lab.write({ "secrets.yaml": withValues(file, opened, changed, systemClock.now()) });
    expect(await lab.machine.freehold(["plan"])).toMatchObject({
      stdout: expect.stringContaining("secret alpha-token changed"),
    });
    expect(await leaksMeanwhile(forms, lab.mustUp())).toEqual([]);
    await seesIts(second);
    const after = await Promise.all(["lab.alpha", "lab.beta"].map((name) => runningContainer(lab.machine, name)));
    expect(after[0]?.id).not.toBe(before[0]?.id);
    expect(after[1]).toEqual(before[1]);
    expect(await everyLeak()).toEqual([]);
    expect(await leaksInMemory(lab.machine, formsOf(canary))).toEqual([]);
  });

  test("that was put back, or taken away, by hand stops everything before it begins", async () => {
    const whole = await readFile(join(lab.machine.site, "secrets.yaml"), "utf8");
    await lab.write({
      "secrets.yaml": whole.replace(/^beta-token:.*\n/m, ""),
      "services/beta.yaml": probe,
    });
    const { code, stdout, stderr } = await lab.up();
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("expected secrets.yaml as it was sealed");
    expect(await inside("beta", 'echo "$BETA_TOKEN"')).toBe(`${other}\n`);
    await lab.write({ "secrets.yaml": whole, "services/beta.yaml": beta });
    await lab.mustUp();
  });

  test("is there again after a power cut, opened by the supervisor with the machine's key", async () => {
    await lab.machine.cutPower();
    expect(await leaksOnDisk(lab.machine, forms)).toEqual([]);
    await lab.machine.boot();
    await lab.machine.start([join(checkout, "bin/freehold"), "supervise", "--site-name", "lab"]);
    const healthy = async () => (await lab.status()).services.every(({ state }) => state === "healthy") || undefined;
    await eventually("everything to be healthy", healthy, 60_000);
    await seesIts(second);
    expect(await inside("beta", 'echo "$BETA_TOKEN"')).toBe(`${other}\n`);
    expect(await everyLeak()).toEqual([]);
    expect((await lab.must(["logs", "alpha"])).match(/serving 8080/g)).toHaveLength(2); // before the power cut and after it
    const killed = await runningContainer(lab.machine, "lab.beta");
    process.kill(killed.pid, "SIGKILL");
    await eventually("the killed one to come back with it", async () =>
      (await inside("beta", 'echo "$BETA_TOKEN"')) === `${other}\n` ? true : undefined,
    );
    expect(await everyLeak()).toEqual([]);
  });

  test("that only a person can open is opened for whoever has the key, and is a problem of its service alone", async () => {
    const person = await keyFile(join(lab.machine.disk, "home/person.txt"));
    await lab.write({ "secrets.yaml": await secretsFile([person.recipient], { ...values, "alpha-token": second }) });
    await lab.write({ "services/echo.yaml": `${probe}env: {GREETING: hello}\n` });
    const refused = await lab.up();
    expect(refused.code).toBe(3);
    expect(refused.stdout + refused.stderr).toContain("expected a key that opens secrets.yaml");
    expect(refused.stdout + refused.stderr).toContain(`freehold secrets recipients add ${recipient}`);
    expect(leaksInTexts({ refused: refused.stdout + refused.stderr }, forms)).toEqual([]);
    expect((await lab.status()).services.find(({ name }) => name === "echo")?.state).toBe("healthy");
    const key =
      (await readFile(person.path, "utf8")).split("\n").find((line) => line.startsWith("AGE-SECRET-KEY")) ?? "";
    const up = lab.up([], { env: { SOPS_AGE_KEY: key } });
    expect((await up).code).toBe(0);
    expect(await inside("alpha", 'echo "$ALPHA_TOKEN"')).toBe(`${second}\n`);
    expect(await leaksInProcesses([key])).toEqual([]);
    await writeFile(person.path, "");
    expect(await leaksOnDisk(lab.machine, [key])).toEqual([]);
  });

  test("is gone from memory after down", async () => {
    await lab.must(["down", "--yes"]);
    expect(await leaksInMemory(lab.machine, forms)).toEqual([]);
    expect((await lab.machine.exec(["ls", "/run/freehold/sites/lab"])).stdout).not.toContain("secrets\n");
    expect(await readFile(join(lab.machine.root, "podman/storage/secrets/secrets.json"), "utf8")).not.toContain("cat");
  });
});
