import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFrontDoor, type FrontDoor, talker, upgradeOf, visitor } from "../../../test/front-door/front-door.ts";
import { endMachines } from "../../../test/world/machine.ts";
import { addresses } from "../../../test/world/network.ts";
import { eventually } from "../../../test/world/wait.ts";
import { sampleExposure, sampleService, sampleSite } from "../sample-site.ts";

const blog = sampleService("blog", { expose: [sampleExposure("blog.example.org", "blog")] });
const slow = sampleService("slow", { expose: [sampleExposure("slow.example.org", "slow")] });
const gone = sampleService("gone", { expose: [sampleExposure("gone.example.org", "gone")] });
const pair = sampleService("pair", { expose: [sampleExposure("pair.example.org", "pair")], replicas: 2 });
const front = { addresses: [addresses.machine], http: 80, https: 443 };
const site = sampleSite([blog, gone, pair, slow], { front });
const changed = sampleSite([blog, gone, pair], { front });

let door: FrontDoor;
beforeAll(async () => {
  door = await createFrontDoor(site);
  await door.serve("container/blog/blog", 8080);
  await door.serve("container/pair/pair/2", 8080);
});
afterAll(endMachines);

async function curl(host: string, ...words: readonly string[]): Promise<string> {
  const to = ["--connect-to", `::${addresses.machine}:`, `https://${host}/`];
  return (await door.machine.exec(["curl", "-sk", "--max-time", "60", ...words, ...to])).stdout;
}

const code = ["-o", "/dev/null", "-w", "%{http_code}"] as const;

/** The most memory that a process of the front door has held so far, in bytes. */
async function peakMemory(): Promise<number> {
  const [worker] = await door.workers();
  const { stdout } = await door.machine.exec(["cat", `/proc/${worker}/status`]);
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(stdout)?.[1]) * 1024;
}

describe("the front door", () => {
  test("waits for a service that is starting", async () => {
    const asked = curl("slow.example.org");
    await delay(2_500);
    const slowOne = await door.serve("container/slow/slow", 8080);
    expect(JSON.parse(await asked).name).toBe("container/slow/slow");
    slowOne.process.stdin?.end();
  });

  test("asks another replica at once when one does not answer", async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => curl("pair.example.org", ...code, "--max-time", "3")),
    );
    expect(answers).toEqual(Array.from({ length: 6 }, () => "200"));
  });

  test("has a page that asks again by itself for a service that does not come back", async () => {
    const answer = await curl("gone.example.org", "-i");
    expect(answer).toMatch(/^HTTP\/2 503/);
    expect(answer).toContain("retry-after: 10");
    expect(answer).toContain("Not answering right now");
  });

  test("takes an upload of a gigabyte without holding it", async () => {
    const before = await peakMemory();
    for (const [version, bytes] of [
      ["--http1.1", 1024 ** 3],
      ["--http2", 256 * 1024 ** 2],
    ] as const) {
      const file = join(door.machine.disk, "upload");
      await door.machine.exec(["truncate", "-s", String(bytes), file]);
      expect(JSON.parse(await curl("blog.example.org", version, "-T", file)).bytes).toBe(bytes);
    }
    expect((await peakMemory()) - before).toBeLessThan(4 * 1024 ** 2);
  });

  test("loses no request in twenty reloads", async () => {
    const asking = await door.machine.start([process.execPath, visitor, "blog.example.org", addresses.machine]);
    const printed = asking.process.stdout?.setEncoding("utf8").toArray();
    for (let reload = 0; reload < 20; reload += 1) await door.reload(reload % 2 === 0 ? changed : site);
    asking.process.stdin?.end();
    const { right, wrong } = JSON.parse((await printed)?.join("") ?? "");
    expect(wrong).toEqual([]);
    expect(right).toBeGreaterThan(200);
  });

  test("logs each request while there are few, and not each of a flood", async () => {
    const logged = () =>
      door
        .log()
        .split("\n")
        .filter((line) => line.includes(" GET blog.example.org/ ")).length;
    const before = logged();
    await curl("blog.example.org");
    await eventually("the request in the log", async () => (logged() === before + 1 ? true : undefined));
    const { stdout } = await door.machine.exec([
      "wrk",
      "-t1",
      "-c8",
      "-d3s",
      "-H",
      "Host: blog.example.org",
      `https://${addresses.machine}/`,
    ]);
    const asked = Number(/(\d+) requests in/.exec(stdout)?.[1]);
    expect(asked).toBeGreaterThan(1_000);
    expect(logged() - before).toBeLessThan(asked / 2);
  });

  test("goes on carrying what is open through a reload", async () => {
    const running = await door.machine.start([process.execPath, talker, "tls", "any", addresses.machine, "443"]);
    const answers = createInterface({ input: running.process.stdout ?? Readable.from([]) })[Symbol.asyncIterator]();
    const say = async (word: string): Promise<string> => {
      running.process.stdin?.write(`${JSON.stringify(word)}\n`);
      return JSON.parse((await answers.next()).value ?? '"nothing"');
    };
    expect(await say(upgradeOf("blog.example.org"))).toMatch(/^HTTP\/1.1 101 /);
    await door.reload(changed);
    expect(await say("still there")).toBe("still there");
    running.process.stdin?.end();
  });
});
