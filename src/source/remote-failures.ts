import { fail } from "../lib/problem.ts";
import { shorten, visible } from "../lib/text.ts";

/** A branch of a repository elsewhere. */
export type Remote = { readonly url: string; readonly branch: string };

type Failure = { readonly when: RegExp; readonly code: string; readonly words: string; readonly hint: string };

/** What git and ssh say, and what it means. The order counts: ssh's words come before git's about the connection. */
const failures: readonly Failure[] = [
  {
    when: /couldn't find remote ref/i,
    code: "REMOTE_BRANCH",
    words: "the remote to have that branch, got none of that name",
    hint: "push it there, or follow another: freehold source set URL --branch BRANCH",
  },
  {
    when: /host key verification failed|host identification has changed/i,
    code: "REMOTE_HOST_KEY",
    words: "the host that was there the first time, got one with another key",
    hint: "if its key was really changed: ssh-keygen -R HOST -f the file known_hosts in the site's directory remote/",
  },
  {
    when: /permission denied|authentication failed|could not read (username|password)|returned error: 40[13]|terminal prompts disabled/i,
    code: "REMOTE_REFUSED",
    words: "to be let in, got a refusal",
    hint: "freehold source show prints the key to give it; over HTTPS: freehold source set URL --token < FILE",
  },
  {
    when: /repository .*not found|does not (exist|appear to be)|not a git repository|returned error: 404/i,
    code: "REMOTE_REFUSED",
    words: "a repository there, got none, or none that may be seen",
    hint: "look at the address: freehold source show",
  },
  {
    when: /dubious ownership/i,
    code: "REMOTE_REFUSED",
    words: "a directory of root's own, got somebody else's",
    hint: "reach it over SSH instead: ssh://USER@localhost/PATH",
  },
  {
    when: /no space left|disk quota/i,
    code: "REMOTE_NO_ROOM",
    words: "room on this machine's disk for what it brings, got none",
    hint: "make room on the disk; it is tried again by itself",
  },
  {
    when: /fsck error|bad object|did not send all necessary|mismatched algorithms|shallow/i,
    code: "REMOTE_DAMAGED",
    words: "a whole and sound history, got another",
    hint: "git fsck, in that repository, says what is wrong",
  },
  {
    // What writes the pack was ended by the limit of its size, and says nothing any more.
    when: /file too large|invalid index-pack output/i,
    code: "REMOTE_TOO_LARGE",
    words: "at most 1 GiB at once, got more",
    hint: "a site's repository says what runs; keep data in state",
  },
];

/** What git adds to every failure, and what helps nobody. */
const chatter =
  /^(please make sure you have the correct access rights|and the repository exists\.|fatal: could not read from remote)/i;

/** Says why a remote's branch could not be had, by what git said. */
export function remoteFailed({ url, branch }: Remote, stderr: string): never {
  const detail = stderr
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !chatter.test(line))
    .slice(-5)
    .map((line) => shorten(visible(line), 200));
  const known = failures.find(({ when }) => when.test(stderr));
  if (known !== undefined)
    fail(known.code, `expected ${known.words}: ${branch} of ${url}`, { hint: known.hint, detail });
  return fail("REMOTE_FAILED", `expected an answer for ${branch} of ${url}, got "${detail.at(-1) ?? ""}"`, {
    kind: "transient",
    hint: "it is tried again by itself",
    detail,
  });
}
