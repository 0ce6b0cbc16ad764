import { createHmac } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningContainers } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { createPushedLab, freehold, type PushedLab } from "../world/pushing.ts";
import { eventually } from "../world/wait.ts";

const exposed = "build: images/probe\nport: 8080\nexpose: public\n";
const secret = "correct horse battery";
let lab: PushedLab;
/** A repository elsewhere, over SSH. */
let elsewhere = "";

beforeAll(async () => {
  lab = await createPushedLab({ "services/echo.yaml": exposed });
  await startSshd();
  elsewhere = join(lab.machine.disk, "elsewhere.git");
  await lab.machine.exec(["git", "init", "-q", "--bare", "-b", "main", elsewhere]);
});
afterAll(endMachines);

/** A real sshd on the machine, for root by key alone, with settings and keys of its own. */
async function startSshd(): Promise<void> {
  const { machine } = lab;
  const directory = join(machine.disk, "sshd");
  await mkdir(directory, { mode: 0o700 });
  await machine.exec(["mkdir", "-p", "/run/sshd"]);
  await machine.exec(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", join(directory, "host")]);
  const settings = [
    "Port 2200",
    "ListenAddress 127.0.0.1",
    `HostKey ${join(directory, "host")}`,
    `PidFile ${join(directory, "pid")}`,
    `AuthorizedKeysFile ${join(directory, "authorized_keys")}`,
    "PermitRootLogin prohibit-password",
    "PasswordAuthentication no",
    "UsePAM no",
    "StrictModes no",
  ];
  await writeFile(join(directory, "config"), `${settings.join("\n")}\n`);
  await allow([]);
  await machine.start(["/usr/sbin/sshd", "-D", "-f", join(directory, "config")]);
}

function allow(lines: readonly string[]): Promise<void> {
  const text = lines.map((line) => `${line}\n`).join("");
  return writeFile(join(lab.machine.disk, "sshd/authorized_keys"), text, { mode: 0o600 });
}

/** ssh as git runs it, by one key and no other. */
function sshBy(key: string): string {
  const known = join(lab.machine.disk, "known_hosts");
  const options = ["IdentitiesOnly=yes", "IdentityAgent=none", "StrictHostKeyChecking=accept-new", "LogLevel=ERROR"];
  return ["ssh", "-i", key, ...[...options, `UserKnownHostsFile=${known}`].flatMap((one) => ["-o", one])].join(" ");
}

describe("a push over SSH by a key that is for one repository", () => {
  let key = "";
  beforeAll(async () => {
    key = join(lab.machine.disk, "pusher");
    await lab.machine.exec(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", key]);
    const { stdout } = await lab.machine.exec(["cat", `${key}.pub`]);
    const places = `FREEHOLD_ROOT=${lab.machine.root} FREEHOLD_IMAGE_STORE=$FREEHOLD_IMAGE_STORE`;
    const env = (await lab.machine.exec(["sh", "-c", `echo "${places}"`])).stdout.trim();
    await allow([`restrict,command="env ${env} ${freehold} receive --site-name lab" ${stdout.trim()}`]);
    await lab.mustGit(["config", "core.sshCommand", sshBy(key)]);
  });

  test("brings the site up, and shows how", async () => {
    await lab.mustGit(["remote", "set-url", "lab", "ssh://root@127.0.0.1:2200/lab"]);
    const { code, said } = await lab.push();
    expect({ code, said }).toMatchObject({ code: 0 });
    expect(said).toMatch(/remote: {3}✔ echo +healthy/);
    expect(await lab.page("echo.lab.test")).toBe("200");
    expect(await lab.git(["fetch", "-q", "lab"])).toMatchObject({ code: 0 });
  });

  test.each(["id", "sh -c id", "git-upload-archive 'lab'", "git-upload-pack '/etc'", "git-receive-pack 'lab' && id"])(
    "does nothing else: %s",
    async (command) => {
      const ssh = [...sshBy(key).split(" "), "-p", "2200", "root@127.0.0.1", command];
      const { code, stdout, stderr } = await lab.machine.exec(["env", ...ssh]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain("expected a push to lab or a fetch from it");
    },
  );
});

describe("a repository elsewhere, over SSH", () => {
  const pushElsewhere = (): Promise<string> => lab.mustGit(["push", "-q", elsewhere, "main"]);

  test("is followed: what is new there is brought to the machine", async () => {
    await lab.must(["source", "set", `ssh://root@127.0.0.1:2200${elsewhere}`, "--every", "10s"]);
    const { stdout: key } = await lab.machine.exec(["cat", join(lab.machine.root, "sites/lab/remote/key.pub")]);
    await allow([`restrict ${key.trim()}`]);
    await lab.commit("Beta, and a webhook", {
      "services/beta.yaml": exposed,
      "site.yaml": "name: lab\ndomain: lab.test\nsources: {webhook: site-webhook}\n",
      "secrets.yaml": await secretsWith("site-webhook", secret),
    });
    await pushElsewhere();
    await answers("beta.lab.test");
  });

  test("takes pushes there, and none to the machine itself", async () => {
    await lab.mustGit(["remote", "set-url", "lab", lab.repository]);
    await lab.commit("Here");
    const { code, said } = await lab.push();
    await lab.mustGit(["reset", "-q", "--hard", "HEAD~1"]);
    expect({ code, said }).toMatchObject({ code: 1, said: expect.stringContaining("which this site follows") });
  });

  test("whose newest commit is refused changes nothing, and that is shown until a good one comes", async () => {
    const before = await runningContainers(lab.machine);
    await lab.mustGit(["commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", "Unsigned"]);
    await pushElsewhere();
    await call(secret, "refused");
    await eventually("the refusal to be shown", async () => {
      const { stdout } = await lab.machine.freehold(["source"]);
      return stdout.includes("refused") && stdout.includes("without a signature") ? true : undefined;
    });
    expect((await lab.machine.freehold(["status"])).stdout).toContain("refused");
    expect(await runningContainers(lab.machine)).toEqual(before);
    await lab.mustGit(["commit", "-q", "--amend", "--allow-empty", "--no-edit", "-S"]);
    await lab.mustGit(["push", "-q", "-f", elsewhere, "main"]);
    await call(secret, "good again");
    await eventually("the refusal to be over", async () => {
      const { stdout } = await lab.machine.freehold(["source"]);
      return stdout.includes("refused") ? undefined : true;
    });
  });

  async function secretsWith(name: string, value: string): Promise<string> {
    await lab.machine.freehold(["secrets", "set", name], { input: value });
    return (await lab.machine.exec(["cat", join(lab.machine.site, "secrets.yaml")])).stdout;
  }
});

describe("the webhook", () => {
  test("makes the machine look at once, for a call that is signed", async () => {
    await lab.must(["source", "set", `ssh://root@127.0.0.1:2200${elsewhere}`, "--every", "1d"]);
    await lab.commit("Alpha", { "services/alpha.yaml": exposed });
    await lab.mustGit(["push", "-q", elsewhere, "main"]);
    expect(await call(secret, "new")).toBe("202");
    await answers("alpha.lab.test");
  });

  test("counts a call once", async () => {
    expect([await call(secret, "again"), await call(secret, "again")]).toEqual(["202", "200"]);
  });

  test("refuses what is not signed, signed by another secret, or too long", async () => {
    expect(await call("wrong", "body")).toBe("401");
    expect(await call(undefined, "body")).toBe("401");
    expect(await call(secret, "x".repeat(1024 * 1024 + 1))).toBe("413");
  });

  test("has one address and no other", async () => {
    expect(await call(secret, "elsewhere", "https://hooks.lab.test/")).toBe("404");
    expect(await lab.page("hooks.lab.test", "/invite")).toBe("404");
  });
});

/** Calls the webhook from the machine itself; resolves with the status. */
async function call(by: string | undefined, body: string, url = "https://hooks.lab.test/push"): Promise<string> {
  const file = join(lab.machine.disk, "call");
  await writeFile(file, body);
  const signature = createHmac("sha256", by ?? "")
    .update(body)
    .digest("hex");
  const signed = by === undefined ? [] : ["-H", `X-Hub-Signature-256: sha256=${signature}`];
  const resolve = ["--resolve", "hooks.lab.test:443:127.0.0.1"];
  const words = ["-o", "/dev/null", "-w", "%{http_code}", ...resolve, ...signed, "--data-binary", `@${file}`, url];
  return (await lab.curl(words)).stdout;
}

async function answers(host: string): Promise<void> {
  await eventually(`${host} to answer`, async () => ((await lab.page(host)) === "200" ? true : undefined), 40_000);
}
