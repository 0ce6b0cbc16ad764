import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { execOrFail } from "../lib/exec.ts";
import { isThere, readIfThere, writeAtomically } from "../lib/fs.ts";
import { makeWithPassages } from "../lib/passage.ts";
import { fail } from "../lib/problem.ts";
import type { RemoteUrl } from "./remote-url.ts";

/** How git gets at a remote: nothing of it stands in a list of arguments. */
export type RemoteAccess = {
  readonly config: readonly (readonly [string, string])[];
  readonly env: Readonly<Record<string, string>>;
};

/**
 * What lies in `directory`, for root alone, as git takes it: `key`, an SSH key of this site's own; `known_hosts`, where the host's key is kept
 * when it is first seen; `token`, `USER:TOKEN` or `TOKEN`, for HTTPS. SSH asks nobody, forwards nothing and gives up on a silent host; ssh_config(5).
 */
export async function remoteAccess(directory: string, { url, by }: RemoteUrl): Promise<RemoteAccess> {
  if (by === "file") return { config: [], env: {} };
  if (by === "ssh")
    return { config: [], env: { GIT_SSH_COMMAND: await sshCommand(directory), GIT_SSH_VARIANT: "ssh" } };
  const slow = [
    ["http.lowSpeedLimit", "1000"],
    ["http.lowSpeedTime", "30"],
  ] as const;
  const token = (await readIfThere(join(directory, tokenFile)))?.trim() ?? "";
  if (token === "") return { config: slow, env: {} };
  const credentials = Buffer.from(token.includes(":") ? token : `git:${token}`).toString("base64");
  return {
    config: [
      ...slow,
      ["http.followRedirects", "false"],
      [`http.${new URL(url).origin}/.extraHeader`, `Authorization: Basic ${credentials}`],
    ],
    env: {},
  };
}

/** Keeps what opens a remote over HTTPS, or forgets it. Problem: `TOKEN_INVALID`. */
export async function keepToken(directory: string, token: string | undefined): Promise<void> {
  const path = join(directory, tokenFile);
  if (token === undefined) return rm(path, { force: true });
  if (!/^[\x21-\x7e]{1,4096}$/.test(token))
    fail("TOKEN_INVALID", "expected a token, or USER:TOKEN, in one line without blanks, got something else", {
      hint: "freehold source set URL --token < FILE",
    });
  await makeWithPassages(directory);
  await writeAtomically(path, `${token}\n`, 0o600);
}

/** The public half of the key that this site shows to remotes over SSH; it is made when there is none. */
export async function accessKey(directory: string, site: string): Promise<string> {
  const path = join(directory, keyFile);
  const there = await readIfThere(`${path}.pub`);
  if (there !== undefined) return there.trim();
  await makeWithPassages(directory);
  await rm(path, { force: true }); // half of a pair, from one that was killed
  const comment = `freehold-${site}@${hostname()}`;
  await execOrFail(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path]);
  return ((await readIfThere(`${path}.pub`)) ?? "").trim();
}

const keyFile = "key";
const tokenFile = "token";

/** git gives it to a shell, so that paths are quoted. */
async function sshCommand(directory: string): Promise<string> {
  const key = join(directory, keyFile);
  const options = [
    "BatchMode=yes",
    "ConnectTimeout=15",
    "ServerAliveInterval=15",
    "ServerAliveCountMax=3",
    "StrictHostKeyChecking=accept-new",
    `UserKnownHostsFile="${join(directory, "known_hosts")}" ~/.ssh/known_hosts`,
    "ClearAllForwardings=yes",
    "PermitLocalCommand=no",
    "ForwardAgent=no",
    ...((await isThere(key)) ? [`IdentityFile="${key}"`] : []),
  ];
  return ["ssh", ...options.flatMap((option) => ["-o", quoted(option)])].join(" ");
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
