import { chmod, mkdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ChildProcess, exec, execOrFail, start } from "../lib/exec.ts";
import { problemOf } from "../lib/problem.ts";
import { accept } from "./accept.ts";
import { fetchRemote, remoteHead } from "./fetch.ts";
import { accessKey } from "./remote-access.ts";
import { makeRepository } from "./repository.ts";
import { makeWorkshop, put, type SigningKey, type Workshop, type Yard } from "./workshop.ts";

let shop: Workshop;
let ada: SigningKey;
let yard: Yard;
let sshd: ChildProcess;
let port: number;
let repository: string;
let access: string;
let url: string;

beforeAll(async () => {
  shop = await makeWorkshop();
  ada = await shop.sshKey("ada");
  yard = await shop.repository("home.git");
  await shop.sshKey("host");
  port = await freePort();
  sshd = await startServer();
  repository = join(shop.directory, "site", "repository.git");
  access = join(shop.directory, "site", "remote");
  await makeRepository(repository, { branch: "main" });
  url = `ssh://root@127.0.0.1:${port}${yard.path}`;
  await put(join(shop.directory, "authorized"), `restrict ${await accessKey(access, "home")}\n`);
});
afterAll(async () => {
  sshd.kill();
  await shop.end();
});

/** The real server of OpenSSH, in the foreground, that lets in whom the file `authorized` lists. */
async function startServer(): Promise<ChildProcess> {
  await mkdir("/run/sshd", { recursive: true }); // it drops its rights there; a machine without its service has none
  const settings = join(shop.directory, "sshd_config");
  await put(
    settings,
    [
      "ListenAddress 127.0.0.1",
      `Port ${port}`,
      `HostKey ${join(shop.directory, "host.key")}`,
      `AuthorizedKeysFile ${join(shop.directory, "authorized")}`,
      "PermitRootLogin prohibit-password",
      "PasswordAuthentication no",
      "UsePAM no",
      "StrictModes no",
      "PidFile none",
      "",
    ].join("\n"),
  );
  const child = start(["setpriv", "--pdeathsig", "TERM", "/usr/sbin/sshd", "-D", "-e", "-f", settings], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes("Server listening")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`sshd ended with ${code}`)));
  });
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

const fetched = () => fetchRemote(repository, { url, branch: "main" }, access);
const listed = { file: "site.yaml", read: () => [] };

describe("a remote over SSH", () => {
  test("is fetched with the site's own key, and what it brings is judged like everything else", async () => {
    const first = await yard.commit({ by: ada });
    expect(await remoteHead({ url, branch: "main" }, access)).toBe(first);
    const head = await fetched();
    const judged = await accept({ repository, from: undefined, to: head, machine: [ada], listed });
    expect(judged).toMatchObject([{ commit: first, signer: { name: "ada" } }]);
    await yard.commit();
    const unsigned = await fetched();
    await expect(accept({ repository, from: first, to: unsigned, machine: [ada], listed })).rejects.toMatchObject({
      problem: { code: "UNSIGNED" },
    });
  });

  test("does not take another key of this machine instead of the site's own", async () => {
    const other = join(shop.directory, "other");
    await accessKey(other, "home");
    const refused = await fetchRemote(repository, { url, branch: "main" }, other).catch(problemOf);
    expect(refused).toMatchObject({ code: "REMOTE_REFUSED", hint: expect.stringContaining("freehold source show") });
  });

  test("whose host has another key than the first time is not talked to", async () => {
    await fetched();
    const known = join(access, "known_hosts");
    const before = await readFile(known, "utf8");
    try {
      await put(known, `[127.0.0.1]:${port} ${ada.text}\n`);
      expect(await fetched().catch(problemOf)).toMatchObject({ code: "REMOTE_HOST_KEY" });
    } finally {
      await put(known, before);
    }
  });

  test("whose server is a trap cannot make this machine run anything", async () => {
    const sprung = join(shop.directory, "sprung");
    const authorized = join(shop.directory, "authorized");
    const before = await readFile(authorized, "utf8");
    const trap = join(shop.directory, "trap");
    await put(trap, `#!/bin/sh\nprintf '%s' 'ext::touch ${sprung}'; cat >/dev/null\n`);
    await chmod(trap, 0o755);
    try {
      await put(authorized, before.replace("restrict", `restrict,command="${trap}"`));
      expect(problemOf(await fetched().catch((thrown: unknown) => thrown)).code).toMatch(/^REMOTE_/);
      expect((await exec(["test", "-e", sprung])).code).toBe(1);
    } finally {
      await put(authorized, before);
      await rm(trap);
    }
  });

  test("leaves no process behind", async () => {
    await fetched();
    const processes = await execOrFail(["ps", "-eo", "args"]);
    expect(processes.split("\n").filter((line) => line.includes(repository))).toEqual([]);
  });
});
