import { describe, expect, test } from "vitest";
import { askedOfGit } from "./asked-of-git.ts";

const repository = "/var/lib/freehold/sites/home/repository.git";
const allowed = { site: "home", repository };

describe("who comes over SSH by a key for one repository", () => {
  test.each(["home", "/home", "home.git", "/home.git", repository])("may push to and fetch from it as %s", (path) => {
    expect(askedOfGit(`git-receive-pack '${path}'`, allowed)).toBe("receive-pack");
    expect(askedOfGit(`git upload-pack '${path}'`, allowed)).toBe("upload-pack");
  });

  test.each([
    ["no command, for a shell", ""],
    ["a shell", "sh -c id"],
    ["another program of git's", "git-upload-archive 'home'"],
    ["another repository", "git-receive-pack 'attic'"],
    ["one beside it", `git-receive-pack '${repository}/../../attic/repository.git'`],
    ["one of a longer name", `git-receive-pack '${repository}x'`],
    ["an option", "git-receive-pack --advertise-refs 'home'"],
    ["an option of git's", "git -c core.hooksPath=/tmp receive-pack 'home'"],
    ["a second word", "git-receive-pack 'home' 'home'"],
    ["a second command", "git-receive-pack 'home'; id"],
    ["a command on the next line", "git-receive-pack 'home'\nid"],
    ["a line end behind it", "git-receive-pack 'home'\n"],
    ["a word that is not quoted", "git-receive-pack home"],
    ["a quote in the word", "git-receive-pack 'ho'\\''me'"],
    ["a place to run in", "cd / && git-receive-pack 'home'"],
  ])("gets nothing for %s", (_what, command) => {
    expect(askedOfGit(command, allowed)).toBeUndefined();
  });
});
