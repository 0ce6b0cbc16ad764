import { expect, test } from "vitest";
import { problemOf } from "../lib/problem.ts";
import { readRemoteUrl } from "./remote-url.ts";

test.each([
  ["https://forge.example.org/ada/home.git", "https"],
  ["https://forge.example.org:3000/ada/home", "https"],
  ["ssh://git@forge.example.org:2222/ada/home.git", "ssh"],
  ["ssh://forge/~/home", "ssh"],
  ["git@forge.example.org:ada/home.git", "ssh"],
  ["forge:home.git", "ssh"],
  ["/srv/git/home.git", "file"],
  ["file:///srv/git/home.git", "file"],
])("%s is fetched by %s", (url, by) => {
  expect(readRemoteUrl(url)).toEqual({ url, by });
});

test.each([
  "",
  "home",
  "../home",
  "http://forge/x",
  "git://forge/x",
  "ext::sh -c id",
  "ext::id",
  "fd::7",
  "--upload-pack=id",
  "-oProxyCommand=id:x",
  "ssh://-oProxyCommand=id/x",
  "git@-oProxyCommand=id:x",
  "forge:-x",
  "https://forge/x?y",
  "https://for ge/x",
  "/srv/a\nb",
  "//host/x",
  `https://forge/${"x".repeat(2000)}`,
])("%j is refused", (url) => {
  expect(() => readRemoteUrl(url)).toThrow("expected");
});

test.each(["https://ada:secret@forge/x", "https://secret@forge/x", "ssh://ada:secret@forge/x"])(
  "a password in %s is refused, and not repeated",
  (url) => {
    try {
      readRemoteUrl(url);
      expect.unreachable();
    } catch (thrown) {
      expect(JSON.stringify(problemOf(thrown))).not.toContain("secret");
      expect(problemOf(thrown)).toMatchObject({ code: "REMOTE_URL_INVALID" });
    }
  },
);
