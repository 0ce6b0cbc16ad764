import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock as clock } from "../../../lib/clock.ts";
import { problemOf } from "../../../lib/problem.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import { accessFrom } from "../client/access-from.ts";
import type { KubeClient } from "../client/client.ts";
import { kubeClient } from "../client/kube-client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { type Applicant, holdLease } from "./hold.ts";
import { leaseName, takenLease } from "./record.ts";

describe("the lease of a site", () => {
  const sites = ["tg-two", "tg-dead", "tg-lost", "tg-race", "tg-again", "tg-foreign"];
  let client: KubeClient;

  beforeAll(async () => {
    client = kubeClient(await accessFrom(process.env), clock);
  });
  afterAll(async () => {
    for (const site of sites)
      await client.remove(objectKinds.namespace, undefined, namespaceOf(site, "front"), { propagation: "Background" });
    await client.close();
  });

  const applicant = (site: string, identity: string): Applicant => ({ client, clock, site, identity });
  const now = { what: "freehold up", waitMilliseconds: 0 };
  const place = (site: string) => [objectKinds.lease, namespaceOf(site, "front"), leaseName] as const;

  async function codeOf(work: Promise<unknown>): Promise<string> {
    const thrown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return thrown === undefined ? "none" : problemOf(thrown).code;
  }

  test("is one person's: the other is told who has it, and gets it when it is let go", async () => {
    const held = await holdLease(applicant("tg-two", "ada@attic_0a"), now);
    const refused = await holdLease(applicant("tg-two", "bob@porch_0b"), now).catch(problemOf);
    expect(refused).toMatchObject({ code: "LOCKED", kind: "waiting" });
    expect(refused).toHaveProperty("message", expect.stringContaining("got freehold up (ada@attic) since 2"));
    const waited: string[] = [];
    const next = holdLease(applicant("tg-two", "bob@porch_0b"), {
      ...now,
      waitMilliseconds: 20_000,
      onWait: ({ who }) => waited.push(who),
    });
    await clock.sleep(500);
    await held.release();
    await held.release();
    await (await next).release();
    expect(waited).toEqual(["ada@attic"]);
  });

  test("is taken by exactly one of many who come at once", async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => holdLease(applicant("tg-race", `ada@attic_0${index}`), now)),
    );
    const held = all.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    expect(held).toHaveLength(1);
    await held[0]?.release();
  });

  test("of one who died elsewhere is taken over when it has been silent for as long as it says", async () => {
    await holdLease(applicant("tg-dead", "ada@attic_0a"), now).then((held) => held.release());
    const dead = takenLease("tg-dead", { identity: "ada@attic_0a", what: "freehold up", since: clock.now() });
    await client.patch(...place("tg-dead"), { spec: { ...Object(dead.spec), leaseDurationSeconds: 2 } }, "merge");
    const began = clock.elapsed();
    const held = await holdLease(applicant("tg-dead", "bob@porch_0b"), { ...now, waitMilliseconds: 15_000 });
    expect(clock.elapsed() - began).toBeGreaterThan(2000);
    await held.release();
  });

  test("of one who died here is taken over at once, so that the same command can be run again", async () => {
    await holdLease(applicant("tg-again", "ada@attic_0a"), now); // never released, as after kill -9
    const again = await holdLease(applicant("tg-again", "ada@attic_0a"), now);
    await again.release();
  });

  test("that somebody else took is lost, and says so within seconds", async () => {
    const held = await holdLease(applicant("tg-lost", "ada@attic_0a"), now);
    await client.patch(...place("tg-lost"), { spec: { holderIdentity: "bob@porch_0b" } }, "merge");
    await expect.poll(() => held.lost.aborted, { timeout: 10_000, interval: 200 }).toBe(true);
    expect(problemOf(held.lost.reason).code).toBe("LEASE_LOST");
    await held.release();
    const kept = await client.get(...place("tg-lost"));
    expect(kept?.spec).toHaveProperty("holderIdentity", "bob@porch_0b");
  });

  test("is not looked for in a namespace that is somebody else's", async () => {
    const metadata = { name: namespaceOf("tg-foreign", "front") };
    await client.create({ apiVersion: "v1", kind: "Namespace", metadata });
    expect(await codeOf(holdLease(applicant("tg-foreign", "ada@attic_0a"), now))).toBe("OBJECT_FOREIGN");
  });
});
