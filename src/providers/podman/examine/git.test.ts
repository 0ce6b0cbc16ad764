import { expect, test } from "vitest";
import { judgeGit } from "./git.ts";

const all = { git: "git version 2.39.5", sshKeygen: true, gpg: true };

test("git and what it verifies with are fine on Debian 12, also without gpg", () => {
  expect(judgeGit(all)).toEqual({ name: "git", state: "fine", found: "git 2.39.5, ssh-keygen, gpg" });
  expect(judgeGit({ ...all, gpg: false })).toMatchObject({ state: "fine", found: expect.stringContaining("OpenPGP") });
});

test.each([
  ["git version 2.39.0", "fine"],
  ["git version 2.100.1", "fine"],
  ["git version 3.0.0", "fine"],
  ["git version 2.38.9", "warning"],
  ["git version 1.99.0", "warning"],
])("%s is %s", (git, state) => {
  expect(judgeGit({ ...all, git }).state).toBe(state);
});

test("what is missing is named at once, and keeps nobody from up", () => {
  expect(judgeGit({ sshKeygen: false, gpg: true })).toMatchObject({
    state: "warning",
    fix: "apt-get install git openssh-client",
  });
});
