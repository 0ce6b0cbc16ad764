import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { runningContainers } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { createPushedLab, freehold, type PushedLab } from "../world/pushing.ts";
import { eventually } from "../world/wait.ts";

const probe = "build: images/probe\nport: 8080\n";
const exposed = `${probe}expose: public\n`;
let lab: PushedLab;

beforeAll(async () => {
  lab = await createPushedLab({ "services/alpha.yaml": probe });
});
afterAll(endMachines);

/** Everything that a push could have changed. */
async function world(): Promise<unknown> {
  const { stdout } = await lab.machine.exec(["git", "-C", lab.repository, "for-each-ref"]);
  return { refs: stdout, containers: await runningContainers(lab.machine) };
}

describe("git push", () => {
  test("brings a new service up, and says what was checked, who signed, what changes and how it went", async () => {
    await lab.commit("Echo", { "services/echo.yaml": exposed });
    const { code, said } = await lab.push();
    expect({ code, said }).toMatchObject({ code: 0 });
    expect(await lab.page("echo.lab.test")).toBe("200");
    for (const words of [
      /2 new commits, signed by me \(SHA256:/,
      /✔ 3 files, 2 services: no problems\./,
      /echo +create +https:\/\/echo\.lab\.test/,
      /✔ echo +healthy/,
      /3 changes done\./,
    ])
      expect(said).toMatch(words);
    expect(said.split("\n").filter((line) => line.startsWith("remote: ") && line.trimEnd().length > 80)).toEqual([]);
  });

  test("of a commit that changes one thing leaves everything else as it runs", async () => {
    const before = await runningContainers(lab.machine);
    await lab.commit("Alpha greets", { "services/alpha.yaml": `${probe}env: {GREETING: hello}\n` });
    expect((await lab.push()).said).toMatch(/alpha +replace +env GREETING hello/);
    const after = await runningContainers(lab.machine);
    expect(after.get("lab.echo")).toEqual(before.get("lab.echo"));
    expect(after.get("lab.alpha")?.id).not.toBe(before.get("lab.alpha")?.id);
  });

  test("is the only way: up refuses the files of the directory, and says so", async () => {
    const { code, stderr } = await lab.machine.freehold(["up", "--yes"]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("git push lab main") });
  });

  test("of another branch changes nothing", async () => {
    const before = await runningContainers(lab.machine);
    await lab.mustGit(["branch", "-f", "idea"]);
    expect(await lab.push(["idea"])).toMatchObject({ code: 0 });
    expect(await runningContainers(lab.machine)).toEqual(before);
  });
});

describe("a push is rejected, with words, and changes nothing, when", () => {
  let good = "";
  let key = "";
  beforeAll(async () => {
    good = await lab.mustGit(["rev-parse", "HEAD"]);
    key = `${lab.machine.disk}/stranger`;
    await lab.machine.exec(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "me", "-f", key]);
  });

  const cases: readonly (readonly [string, () => Promise<readonly string[]>, RegExp])[] = [
    ["it is not signed", async () => make("commit --allow-empty --no-gpg-sign -m Unsigned"), /without a signature/],
    [
      "somebody unknown signed it",
      async () => make(`-c user.signingKey=${key}.pub commit --allow-empty -m Stranger`),
      /hint: .*signers add/s,
    ],
    [
      "it was changed after it was signed",
      async () => {
        await make("commit --allow-empty -m Honest");
        const forge = "git cat-file commit HEAD | sed s/Honest/Forged/ | git hash-object -t commit -w --stdin";
        const { stdout } = await lab.machine.exec(["sh", "-c", forge], { cwd: lab.machine.site });
        return [`${stdout.trim()}:main`];
      },
      /signature/,
    ],
    [
      "one in the middle is not signed",
      async () => {
        await make("commit --allow-empty --no-gpg-sign -m Unsigned");
        return make("commit --allow-empty -m Signed");
      },
      /without a signature/,
    ],
    ["it winds back", async () => ["-f", "HEAD~1:main"], /which does not/],
    ["it deletes the branch", async () => [":main"], /expected main to stay/],
    ["it is for a ref of freehold's own", async () => ["HEAD:refs/freehold/journal"], /branch or a tag/],
    [
      "one service's file has an error",
      async () => {
        await lab.write({ "services/bad.yaml": "build: images/probe\nport: 80000\n" });
        await lab.mustGit(["add", "-A"]);
        return make("commit -m Bad");
      },
      /services\/bad\.yaml:2:7 {2}PORT_OUT_OF_RANGE[\s\S]*\^\^\^\^\^ expected a port/,
    ],
    [
      "it gives the site another name",
      async () => {
        await lab.write({ "site.yaml": "name: attic\ndomain: lab.test\n" });
        return make("commit -am Renamed");
      },
      /expected name: lab in/,
    ],
  ];

  test.each(cases)("%s", async (_when, prepare, words) => {
    const before = await world();
    const refs = await prepare();
    const { code, said } = await lab.push(refs);
    await lab.mustGit(["reset", "-q", "--hard", good]);
    expect({ code, said }).toMatchObject({ code: 1, said: expect.stringMatching(words) });
    expect(said).toContain("Nothing of this push was taken: lab runs on as before.");
    expect(await world()).toEqual(before);
  });

  async function make(words: string): Promise<readonly string[]> {
    await lab.mustGit(words.split(" "));
    return ["main"];
  }
});

describe("a push that does not go its way alone", () => {
  test("waits for who is at work, and says who that is", async () => {
    await lab.commit("Greetings", { "services/echo.yaml": `${exposed}env: {GREETING: waited}\n` });
    const release = await lab.holdLock();
    onTestFinished(release);
    const push = await lab.startPush();
    await push.says("waiting for freehold up (process ");
    await release();
    expect(await push.ended()).toMatch(/✔ echo +healthy/);
  });

  test("goes on when whoever pushed is gone", async () => {
    await lab.commit("Beta", { "services/beta.yaml": exposed });
    const release = await lab.holdLock();
    onTestFinished(release);
    const push = await lab.startPush();
    await push.says("waiting for freehold up");
    await lab.kill([
      ...(await lab.pids("^git push")),
      ...(await lab.pids("receive-pack")),
      ...(await lab.pids("^tail ")),
    ]);
    await push.ended();
    await release();
    await eventually("beta to answer", async () => ((await lab.page("beta.lab.test")) === "200" ? true : undefined));
  });

  test("is completed by the controller when its deploy and the controller were killed in the middle", async () => {
    await lab.commit("Alpha and beta greet", {
      "services/alpha.yaml": `${exposed}env: {GREETING: killed}\n`,
      "services/beta.yaml": `${exposed}env: {GREETING: killed}\n`,
    });
    const push = await lab.startPush();
    await push.says("starting");
    await lab.kill([...(await lab.pids("cli/main.ts deploy")), ...(await lab.pids("controller/main.ts"))]);
    await push.ended();
    await lab.machine.start([freehold, "run", "--site-name", "lab"]);
    await eventually("alpha to answer", async () => ((await lab.page("alpha.lab.test")) === "200" ? true : undefined));
    await eventually("the head to be dealt with", async () => {
      const { stdout } = await lab.machine.exec(["cat", `${lab.machine.root}/sites/lab/ledger/followed.json`]);
      return stdout.includes(await lab.mustGit(["rev-parse", "HEAD"])) ? true : undefined;
    });
    expect((await lab.push()).said).toContain("Everything up-to-date");
  });

  test("of a head whose deploy never began is brought by the controller alone", async () => {
    await lab.commit("Echo greets again", { "services/echo.yaml": `${exposed}env: {GREETING: again}\n` });
    const hook = `${lab.repository}/hooks/post-receive`;
    await lab.machine.exec(["chmod", "-x", hook]);
    expect((await lab.push()).code).toBe(0);
    await lab.machine.exec(["chmod", "+x", hook]);
    await eventually("echo to greet", async () => {
      const { stdout } = await lab.curl(["https://echo.lab.test/"]);
      return stdout.includes('"greeting": "again"') ? true : undefined;
    });
  });

  test("after down brings the site back, as does up by the site's name", async () => {
    await lab.must(["down", "--yes"]);
    await lab.commit("Nothing");
    expect((await lab.push()).said).toMatch(/✔ echo +healthy/);
    expect(await lab.page("echo.lab.test")).toBe("200");
  });
});
