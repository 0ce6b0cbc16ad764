import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { assignSlots } from "../features/addresses.ts";
import { compile } from "../features/compile.ts";
import { samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import { type Applied, readApplied, writeApplied } from "../ledger/applied.ts";
import { lock } from "../ledger/lock.ts";
import { readRestarts } from "../ledger/restarts.ts";
import { type FakeClock, fakeClock } from "../lib/fake-clock.ts";
import { siteLayout } from "../providers/layout.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import {
  type Behaviour,
  killContainer,
  type MemoryWorld,
  memoryWorld,
  reboot,
  thingsOf,
} from "../providers/memory/world.ts";
import type { Site } from "../site/site.ts";
import { supervise, supervisorHolder } from "./supervise.ts";

const mail = "container/mail/mail";
const imap = "container/mail/imap";

const health = { check: { by: "tcp", port: 8080 }, every: 2000, timeout: 1000, within: 30_000 } as const;

function siteOf(...names: readonly string[]): Site {
  return sampleSite([sampleService("mail", { parts: names.map((name) => samplePart(name, { health })) })]);
}

function appliedOf(...names: readonly string[]): Applied {
  const site = siteOf(...names);
  return { site, desired: compile(site, assignSlots(["mail"], {}, [])), stopped: false };
}

describe("the supervisor", () => {
  let directory: string;
  let clock: FakeClock;
  let world: MemoryWorld;
  let lines: string[];
  let behaviour: Behaviour;
  let stop: AbortController;
  let observing: () => void;
  let bootedAt: number;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "freehold-supervise-"));
    clock = fakeClock();
    behaviour = {};
    observing = () => {};
    bootedAt = 0;
    world = memoryWorld({ clock, behaviour: ({ id }) => (id === imap ? behaviour : {}) });
    lines = [];
    stop = new AbortController();
    await writeApplied(layout().ledger, appliedOf("mail", "imap"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const roots = () => ({ root: join(directory, "root"), run: join(directory, "run") });
  const layout = () => siteLayout(roots(), "home");
  const run = () => {
    const log = { info: (text: string) => lines.push(text), warn: (text: string) => lines.push(`warning: ${text}`) };
    const memory = memoryRuntime(world);
    const observe = async (site: string) => {
      observing();
      return memory.observe(site);
    };
    return supervise({
      authority: async () => undefined,
      roots: roots(),
      site: "home",
      runtime: { ...memory, observe },
      signal: stop.signal,
      log,
      clock,
      startTime,
      bootedAt,
    });
  };
  /** This world's kernel: the process of a running container started when its number was given. */
  const startTime = async (pid: number): Promise<number | undefined> => {
    const things = [...thingsOf(world, "home").values()];
    return things.some(({ run }) => run?.pid === pid && run.state === "running") ? pid : undefined;
  };
  const runOf = (id: string) => thingsOf(world, "home").get(id)?.run;
  const starts = (): readonly string[] => lines.filter((line) => /: (create|update)/.test(line) && !line.includes("/"));

  test("makes everything that the site wants, and then only watches", async () => {
    clock.at(5000, () => {
      world.effects = 0;
    });
    clock.at(200_000, () => stop.abort());
    await run();
    expect(runOf(mail)?.state).toBe("running");
    expect(runOf(imap)?.state).toBe("running");
    expect(world.effects).toBe(0);
  });

  test("leaves alone, and does not report, what somebody else stops while he brings up something", async () => {
    clock.at(10_000, async () => {
      const held = await lock(layout().ledger, "up");
      await writeApplied(layout().ledger, appliedOf("mail"));
      killContainer(world, "home", imap);
      clock.at(20_000, () => held.release());
    });
    clock.at(30_000, () => stop.abort());
    await run();
    expect(lines.filter((line) => line.includes("stopped"))).toEqual([]);
  });

  test("starts a process that died, alone: its neighbours keep theirs", async () => {
    let pid: number | undefined;
    clock.at(10_000, () => {
      pid = runOf(mail)?.pid;
      killContainer(world, "home", imap);
    });
    clock.at(13_000, () => stop.abort());
    await run();
    expect(runOf(imap)?.state).toBe("running");
    expect(runOf(mail)?.pid).toBe(pid);
    expect((await readRestarts(layout().run)).get(imap)?.count).toBe(1);
    expect(lines).toContain("warning: imap of mail stopped; starting it again in 1 s");
    expect(lines).toContain("imap of mail: update, stopped");
  });

  test("notices a clock that is set while it looks at everything", async () => {
    let looks = 0;
    let whenSet = Number.POSITIVE_INFINITY;
    observing = () => {
      looks += 1;
      if (clock.elapsed() < 300_000 || Number.isFinite(whenSet)) return;
      whenSet = looks;
      clock.jump(365 * 86_400_000);
    };
    clock.at(320_000, () => stop.abort());
    await run();
    expect(lines.filter((line) => line.startsWith("the clock was set forward"))).toHaveLength(1);
    expect(looks).toBeGreaterThan(whenSet);
  });

  test("sees one that dies while another is being started", async () => {
    clock.at(10_000, () => {
      let looks = 0;
      observing = () => {
        looks += 1;
        if (looks === 2) killContainer(world, "home", mail);
      };
      killContainer(world, "home", imap);
    });
    clock.at(15_000, () => stop.abort());
    await run();
    expect(runOf(mail)?.state).toBe("running");
    expect((await readRestarts(layout().run)).get(mail)?.count).toBe(1);
  });

  test("counts one that died before anybody watched", async () => {
    clock.at(3000, () => stop.abort());
    await run();
    killContainer(world, "home", imap);
    stop = new AbortController();
    clock.at(8000, () => stop.abort());
    await run();
    expect((await readRestarts(layout().run)).get(imap)?.count).toBe(1);
  });

  test("waits longer with each death, up to five minutes, and forgets that after five minutes of life", async () => {
    behaviour = { endsAfter: 100 };
    clock.at(3_000_000, () => {
      behaviour = {};
    });
    clock.at(4_200_000, () => killContainer(world, "home", imap));
    clock.at(4_210_000, () => stop.abort());
    await run();
    const waits = lines.flatMap((line) => /imap of mail.* (\d+) s$/.exec(line)?.[1] ?? []).map(Number);
    expect(waits.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
    expect(waits.at(-1)).toBe(1);
    expect(runOf(imap)?.state).toBe("running");
  });

  test("restarts one that stays unhealthy after its time to start, and says why", async () => {
    let pid: number | undefined;
    clock.at(20_000, () => {
      pid = runOf(imap)?.pid;
      behaviour = { answersAfter: 60_000_000 };
    });
    clock.at(60_000, () => {
      behaviour = {};
    });
    clock.at(70_000, () => stop.abort());
    await run();
    expect(lines.some((line) => line.startsWith("warning: imap of mail is not healthy: no answer yet"))).toBe(true);
    expect(lines).toContain("imap of mail: update, unhealthy");
    expect(runOf(imap)?.pid).not.toBe(pid);
  });

  test("lets one alone that recovered by itself in time, and restarts it when it falls ill again", async () => {
    let pid: number | undefined;
    const ill = { answersAfter: 60_000_000 };
    clock.at(20_000, () => {
      pid = runOf(imap)?.pid;
      behaviour = ill;
    });
    clock.at(20_000 + 6500, () => {
      behaviour = {};
    });
    clock.at(100_000, () => {
      expect(runOf(imap)?.pid).toBe(pid);
      behaviour = ill;
    });
    clock.at(120_000, () => stop.abort());
    await run();
    expect(lines.filter((line) => line.includes("is not healthy"))).toHaveLength(2);
    expect(runOf(imap)?.pid).not.toBe(pid);
  });

  test("remembers of each process that runs whether it has answered since its start", async () => {
    const remembered = async (id: string) => (await readRestarts(layout().run)).get(id);
    clock.at(10_000, async () => {
      for (const id of [mail, imap]) {
        const now = runOf(id);
        expect(await remembered(id)).toEqual({ containerId: now?.containerId, count: 0, answered: now?.startedAt });
      }
      behaviour = { answersAfter: 10_000 };
      killContainer(world, "home", imap);
    });
    clock.at(16_000, async () => {
      expect(runOf(imap)?.state).toBe("running");
      expect((await remembered(imap))?.answered).toBeLessThan(runOf(imap)?.startedAt ?? 0);
    });
    clock.at(40_000, () => stop.abort());
    await run();
    expect(await remembered(imap)).toMatchObject({ count: 1, answered: runOf(imap)?.startedAt });
  });

  test("leaves one alone that is slow within its time", async () => {
    behaviour = { answersAfter: 25_000 };
    clock.at(100_000, () => stop.abort());
    await run();
    expect(lines.filter((line) => line.startsWith("warning"))).toEqual([]);
  });

  test("brings everything back after a reboot, and counts that as nobody's failure", async () => {
    clock.at(5000, () => stop.abort());
    await run();
    reboot(world);
    bootedAt = clock.now();
    stop = new AbortController();
    lines = [];
    clock.at(10_000, () => stop.abort());
    await run();
    expect(starts()).toHaveLength(3);
    const restarted = [...(await readRestarts(layout().run)).values()].filter(({ count }) => count > 0);
    expect(restarted).toEqual([]);
    expect(runOf(imap)?.state).toBe("running");
  });

  test("ends, and brings nothing back, when the person said down", async () => {
    clock.at(5000, async () => {
      const applied = await readApplied(layout().ledger);
      if (applied !== undefined) await writeApplied(layout().ledger, { ...applied, stopped: true });
      killContainer(world, "home", imap);
    });
    await run();
    expect(runOf(imap)?.state).toBe("stopped");
  });

  test("takes up a site that was applied anew", async () => {
    clock.at(5000, () => writeApplied(layout().ledger, appliedOf("mail")));
    clock.at(12_000, () => stop.abort());
    await run();
    expect(runOf(imap)).toBeUndefined();
    expect(runOf(mail)?.state).toBe("running");
  });

  test("mends what was changed behind its back within five minutes", async () => {
    clock.at(5000, () => thingsOf(world, "home").delete("file/front/haproxy"));
    clock.at(320_000, () => stop.abort());
    await run();
    expect(thingsOf(world, "home").has("file/front/haproxy")).toBe(true);
  });

  test.each([
    ["forward", 10],
    ["back", -10],
  ])("whose clock is set %s by years looks at everything at once, and goes on as before", async (way, years) => {
    let looks = 0;
    observing = () => {
      looks += 1;
    };
    let before = 0;
    clock.at(20_000, () => {
      before = looks;
      clock.jump(years * 365 * 86_400_000);
    });
    clock.at(25_000, () => {
      expect(looks).toBe(before + 1);
      killContainer(world, "home", imap);
    });
    clock.at(40_000, () => {
      expect(runOf(imap)?.state).toBe("running");
      behaviour = { answersAfter: Number.POSITIVE_INFINITY };
    });
    clock.at(120_000, () => stop.abort());
    await run();
    expect(lines).toContainEqual(expect.stringContaining(`the clock was set ${way} by 5256000 min`));
    expect(lines).toContainEqual(expect.stringContaining("imap of mail is not healthy"));
  });

  test("does nothing while the person's own command is at work, and goes on afterwards", async () => {
    let effects = 0;
    let release = async (): Promise<void> => {};
    clock.at(5000, async () => {
      release = (await lock(layout().ledger, "up")).release;
      effects = world.effects;
      killContainer(world, "home", imap);
    });
    clock.at(20_000, async () => {
      expect(world.effects).toBe(effects);
      await release();
    });
    clock.at(30_000, () => stop.abort());
    await run();
    expect(runOf(imap)?.state).toBe("running");
  });

  test("goes on when the runtime fails for a while, says so once, and mends then", async () => {
    clock.at(5000, () => {
      observing = () => {
        throw new Error("podman is gone");
      };
      killContainer(world, "home", imap);
    });
    clock.at(60_000, () => {
      observing = () => {};
    });
    clock.at(200_000, () => stop.abort());
    await run();
    expect(lines.filter((line) => line.includes("podman is gone"))).toHaveLength(1);
    expect(runOf(imap)?.state).toBe("running");
  });

  test("is one for a site, and can be asked for", async () => {
    clock.at(3000, async () => {
      expect((await supervisorHolder(roots(), "home"))?.pid).toBe(process.pid);
      await expect(run()).rejects.toMatchObject({ problem: { code: "LOCKED" } });
      stop.abort();
    });
    await run();
    expect(await supervisorHolder(roots(), "home")).toBeUndefined();
  });
});
