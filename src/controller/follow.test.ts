import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Followed, writeFollowed } from "../ledger/followed.ts";
import { lock } from "../ledger/lock.ts";
import { readPolled } from "../ledger/polled.ts";
import { type SourceState, writeSource } from "../ledger/source.ts";
import { type FakeClock, fakeClock } from "../lib/fake-clock.ts";
import { fail } from "../lib/problem.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import { createFollower, type Follower } from "./follow.ts";

const one = "1".repeat(40);
const two = "2".repeat(40);
const remote = { url: "https://git.example.org/home", branch: "main", every: 60_000 };

describe("following a source", () => {
  let directory: string;
  let layout: SiteLayout;
  let clock: FakeClock;
  let lines: string[];
  let stop: AbortController;
  let follower: Follower;
  /** What the world has. */
  let pushed: string | undefined;
  let found: () => Promise<string>;
  let fetches: number[];
  /** What deploys did, and how each ends. */
  let deploys: string[];
  let deploy: (commit: string) => Promise<number>;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "freehold-follow-"));
    layout = siteLayout({ root: join(directory, "root"), run: join(directory, "run") }, "home");
    clock = fakeClock();
    lines = [];
    stop = new AbortController();
    pushed = undefined;
    found = async () => one;
    fetches = [];
    deploys = [];
    deploy = async (commit) => {
      await note(commit);
      return 0;
    };
    follower = newFollower();
  });
  afterEach(async () => {
    stop.abort();
    await rm(directory, { recursive: true });
  });

  function newFollower(): Follower {
    const say = (text: string): void => void lines.push(text);
    return createFollower({
      layout,
      clock,
      log: { info: say, warn: say },
      signal: stop.signal,
      head: async () => pushed,
      fetch: async () => {
        fetches.push(clock.elapsed());
        return found();
      },
      deploy: async (commit) => {
        deploys.push(commit);
        return deploy(commit);
      },
    });
  }

  async function note(commit: string, rest: Partial<Followed> = {}): Promise<void> {
    await writeFollowed(layout.ledger, { commit, came: "carried", signers: "", at: 1, ...rest });
  }

  async function follow(source: Partial<SourceState> = {}): Promise<void> {
    await writeSource(layout.ledger, { branch: "main", ...source });
  }

  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      await follower.look();
      // what hangs in a test hangs for longer than this
      await Promise.race([follower.settled(), delay(20)]);
      await clock.sleep(1000);
    }
  }

  test("does nothing for a site that does not follow git", async () => {
    pushed = one;
    await pass(10);
    expect({ deploys, fetches }).toEqual({ deploys: [], fetches: [] });
  });

  test("leaves a push to the pusher's own deploy, and takes it up when that does not come", async () => {
    await follow();
    pushed = one;
    await pass(3);
    expect(deploys).toEqual([]);
    await pass(3);
    expect(deploys).toEqual([one]);
    await pass(60);
    expect(deploys).toEqual([one]);
  });

  test("does nothing about a push that was dealt with", async () => {
    await follow();
    pushed = one;
    await note(one);
    await pass(10);
    expect(deploys).toEqual([]);
  });

  test("waits while somebody else is at work, and looks again afterwards", async () => {
    await follow();
    pushed = one;
    const held = await lock(layout.ledger, "freehold deploy");
    await pass(10);
    expect(deploys).toEqual([]);
    await held.release();
    await pass(2);
    expect(deploys).toEqual([one]);
  });

  test("begins one deploy at a time", async () => {
    await follow();
    pushed = one;
    let end = (_code: number): void => {};
    deploy = (commit) => new Promise((resolve) => (end = (code) => void note(commit).then(() => resolve(code))));
    await pass(10);
    pushed = two;
    await pass(10);
    expect(deploys).toEqual([one]);
    end(0);
    await pass(10);
    expect(deploys).toEqual([one, two]);
  });

  test("tries a deploy that was killed again, with growing pauses", async () => {
    await follow();
    pushed = one;
    const times: number[] = [];
    deploy = async () => {
      times.push(clock.elapsed());
      return 137;
    };
    await pass(30);
    expect(times.slice(1).map((time, index) => time - (times[index] ?? 0))).toEqual([1000, 2000, 4000, 8000]);
    expect(lines.join("\n")).toContain("ended with 137 before it was done; next try in 1 s");
  });

  test("looks at a remote at once, then at its interval, and deploys what is new", async () => {
    await follow({ remote });
    await pass(100);
    expect(fetches).toEqual([0, 60_000]);
    expect(deploys).toEqual([one]);
    found = async () => two;
    await pass(40);
    expect(deploys).toEqual([one, two]);
  });

  test("looks at once when it is called, at most every two seconds", async () => {
    await follow({ remote });
    await pass(10);
    for (let call = 0; call < 50; call += 1) follower.called();
    await pass(1);
    follower.called();
    await pass(5);
    expect(fetches).toEqual([0, 10_000, 12_000]);
  });

  test("asks a remote that does not answer with growing pauses, says so once, and that it answers again", async () => {
    await follow({ remote });
    found = async () => fail("REMOTE_SILENT", "expected an answer, got none");
    await pass(16);
    expect(fetches).toEqual([0, 2000, 4000, 8000]);
    expect(lines).toEqual(["expected an answer, got none; next try in 1 s, then with growing pauses"]);
    expect(await readPolled(layout.run)).toMatchObject({ failure: "expected an answer, got none" });
    found = async () => one;
    await pass(2);
    expect(lines).toContain("https://git.example.org/home answers again");
    expect(await readPolled(layout.run)).toMatchObject({ commit: one });
  });

  test("does not take what another remote had for the head of this one", async () => {
    await follow({ remote });
    await pass(3);
    found = () => new Promise(() => {});
    await note(two);
    await follow({ remote: { ...remote, url: "https://elsewhere.example.org/home" } });
    await pass(3);
    expect(deploys).toEqual([one]);
  });

  test("judges a refused head again when the list of signers changes, and not before", async () => {
    await follow();
    pushed = one;
    deploy = async (commit) => {
      await note(commit, { came: "refused", signers: "" });
      return 1;
    };
    await note(one, { came: "refused", signers: "" });
    await pass(10);
    expect(deploys).toEqual([]);
    await note(one, { came: "refused", signers: "an older list" });
    await pass(2);
    expect(deploys).toEqual([one]);
  });

  test("goes on after a start where the one before was killed", async () => {
    await follow();
    pushed = one;
    deploy = () => new Promise(() => {});
    await pass(5);
    expect(deploys).toEqual([one]);
    follower = newFollower();
    await pass(5);
    expect(deploys).toEqual([one, one]);
  });
});
