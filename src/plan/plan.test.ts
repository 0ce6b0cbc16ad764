import { describe, expect, test } from "vitest";
import type { Container } from "../resource/kinds/container.ts";
import type { Network } from "../resource/kinds/network.ts";
import type { Observation, Observed } from "../resource/observed.ts";
import type { Resource } from "../resource/resource.ts";
import { isEmpty, planIsCurrent } from "./basis.ts";
import { type PlanOptions, plan } from "./plan.ts";
import { type Plan, type Step, stepId } from "./step.ts";

const common = { service: "blog", needs: [] };
const image: Resource = {
  ...common,
  kind: "image",
  id: "image/blog",
  reference: "r/blog:1",
  source: { from: "registry" },
};
const network: Network = {
  ...common,
  kind: "network",
  id: "network/blog",
  slot: 5,
  subnet: "10.224.5.0/24",
  gateway: "10.224.5.1",
  resolves: false,
};
const volume: Resource = {
  ...common,
  kind: "volume",
  id: "volume/blog/blog/data",
  part: "blog",
  name: "data",
  slot: 5,
};
const page: Resource = {
  ...common,
  kind: "file",
  id: "file/blog/page",
  content: { from: "text", entries: { "index.html": "one" } },
  owner: 0,
  secret: false,
};
const certificate: Resource = {
  kind: "certificate",
  id: "certificate/front/blog",
  service: "front",
  needs: [],
  names: ["blog.example.org"],
  domains: ["example.org"],
  issuer: "local",
  owner: 0,
};
const container: Container = {
  kind: "container",
  id: "container/blog/blog",
  service: "blog",
  needs: [image.id, network.id, volume.id, page.id],
  part: "blog",
  replica: 1,
  image: "r/blog:1",
  env: {},
  network: { mode: "service", id: network.id, address: "10.224.5.2" },
  hosts: {},
  mounts: [
    { source: page.id, target: "/page", live: true },
    { source: "certificates", target: "/certificates", live: false },
  ],
  scratch: [],
  capabilities: "image",
  limits: { memory: 268_435_456, cpu: 1, processes: 10 },
  check: { ask: { by: "running" }, every: 1000, timeout: 1000, within: 1000 },
};
const reloading: Container = { ...container, reload: { socket: "/s", send: "reload", expect: "ok" } };
const all = [certificate, container, image, network, page, volume];

const running = { state: "running", pid: 5, startedAt: 0, exitCode: 0, containerId: "c" } as const;

function world(...resources: readonly Resource[]): Observation {
  const shown = resources.map(
    (resource): Observed => ({ resource, ...(resource.kind === "container" ? { run: running } : {}) }),
  );
  return { resources: shown, slots: {}, foreignSlots: [] };
}

function edit(observation: Observation, id: string, change: Partial<Observed>): Observation {
  const resources = observation.resources.map((one) => (one.resource.id === id ? { ...one, ...change } : one));
  return { ...observation, resources };
}

/** The steps that do something, in their order: `replace container/blog/blog`. */
function steps(desired: readonly Resource[], observation: Observation, options?: PlanOptions): readonly string[] {
  return busy(plan("home", desired, observation, options)).map((step) => `${step.action} ${stepId(step)}`);
}

function busy(made: Plan): readonly Step[] {
  return made.steps.filter(({ action }) => action !== "keep");
}

/** A list of resources with one of them changed. */
function changed<T extends Resource>(one: T, change: Partial<T>): readonly Resource[] {
  return all.map((resource) => (resource.id === one.id ? { ...one, ...change } : resource));
}

describe("a plan", () => {
  test("makes all of an empty world, what is needed first", () => {
    const made = steps(all, world());
    expect(made).toHaveLength(all.length);
    expect(made.at(-1)).toBe("create container/blog/blog");
  });

  test("of a world that is as wanted is empty, and lists everything as kept", () => {
    const made = plan("home", all, world(...all));
    expect(isEmpty(made)).toBe(true);
    expect(made.steps).toHaveLength(all.length);
  });

  test("replaces a container whose description changed, and says how", () => {
    const limits = { ...container.limits, memory: 536_870_912 };
    const [step, ...rest] = busy(plan("home", changed(container, { limits }), world(...all)));
    expect(rest).toEqual([]);
    expect(step).toMatchObject({
      action: "replace",
      because: { changes: [{ path: "limits.memory", from: "256M", to: "512M" }] },
    });
  });

  test("restarts no container because it is made in another order than before", () => {
    expect(steps(changed(container, { needs: [] }), world(...all))).toEqual([]);
  });

  test("switches a file, and the container that sees it goes on", () => {
    const content = { from: "text", entries: { "index.html": "two" } } as const;
    expect(steps(changed(page, { content }), world(...all))).toEqual(["update file/blog/page"]);
  });

  test("tells a container with a reload of new files and certificates, after they are there", () => {
    const wanted = [...all.filter(({ id }) => id !== container.id), reloading];
    const content = { from: "text", entries: { "index.html": "two" } } as const;
    const filed = wanted.map((resource) => (resource.id === page.id ? { ...page, content } : resource));
    expect(steps(filed, world(...wanted))).toEqual(["update file/blog/page", "update container/blog/blog"]);
    const second = { ...certificate, id: "certificate/front/wiki", names: ["wiki.example.org"] };
    const made = plan("home", [...wanted, second], world(...wanted));
    expect(busy(made).map((step) => `${step.action} ${stepId(step)}`)).toEqual([
      "create certificate/front/wiki",
      "update container/blog/blog",
    ]);
    expect(busy(made).at(-1)?.because.reason).toBe("configuration changed");
  });

  test("starts what stopped and puts right what is amiss, with the reason", () => {
    const stopped = edit(world(...all), container.id, { run: { ...running, state: "stopped", pid: 0 } });
    const both = edit(stopped, certificate.id, { amiss: "renewal due" });
    expect(busy(plan("home", all, both)).map(({ action, because }) => [action, because.reason])).toEqual([
      ["update", "renewal due"],
      ["update", "stopped"],
    ]);
  });

  test("replaces what cannot outlive a network with the network, or when the network is gone", () => {
    const wanted = changed(network, { resolves: true });
    expect(steps(wanted, world(...all))).toEqual(["replace network/blog", "replace container/blog/blog"]);
    const without = world(...all.filter(({ id }) => id !== network.id));
    expect(steps(all, without)).toEqual(["create network/blog", "replace container/blog/blog"]);
  });

  test("takes away what nobody wants, users first, and keeps data and images", () => {
    const made = steps([], world(...all));
    expect(made[0]).toBe("remove container/blog/blog");
    expect(made.slice(1).sort()).toEqual([
      "remove certificate/front/blog",
      "remove file/blog/page",
      "remove network/blog",
    ]);
  });

  test("takes data away only when that was asked for, and images never", () => {
    const made = steps([], world(...all), { deleteState: true });
    expect(made).toContain("remove volume/blog/blog/data");
    expect(made).not.toContain("remove image/blog");
    expect(steps(all, world(...all), { deleteState: true })).toEqual([]);
  });

  test("removes an old container of a service before a new one may take its address", () => {
    const renamed = { ...container, id: "container/blog/server", part: "server" };
    const wanted = [...all.filter(({ id }) => id !== container.id), renamed];
    expect(steps(wanted, world(...all))).toEqual(["remove container/blog/blog", "create container/blog/server"]);
  });

  test("removes a file only when the container that saw it sees another", () => {
    const without = { ...container, mounts: [], needs: [image.id, network.id, volume.id] };
    const wanted = all.filter(({ id }) => id !== page.id && id !== container.id);
    expect(steps([...wanted, without], world(...all))).toEqual([
      "replace container/blog/blog",
      "remove file/blog/page",
    ]);
  });

  test("refuses needs in a ring, as a fault of freehold's", () => {
    const one = { ...volume, id: "volume/a", needs: ["volume/b"] };
    const two = { ...volume, id: "volume/b", needs: ["volume/a"] };
    expect(() => plan("home", [one, two], world())).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: "RESOURCE_RING", kind: "bug" }) }),
    );
  });

  test("is about the world that it was made against: another description moves it, a crash does not", () => {
    const made = plan("home", [], world(...all));
    expect(planIsCurrent(made, world(...all))).toBe(true);
    const crashed = edit(world(...all), container.id, { run: { ...running, state: "stopped", pid: 0 } });
    expect(planIsCurrent(made, crashed)).toBe(true);
    expect(planIsCurrent(made, world(...changed(container, { env: { A: "1" } })))).toBe(false);
    expect(planIsCurrent(made, world())).toBe(false);
  });

  test("of eight times as many services takes eight times as long, and not its square", () => {
    const best = (services: number): number => {
      const resources = Array.from({ length: services }, (_, index) =>
        all.map((resource) => renamed(resource, `s${index}`)),
      ).flat();
      const observation = world(...structuredClone(resources));
      const runs = Array.from({ length: 5 }, () => {
        const began = performance.now();
        expect(isEmpty(plan("home", resources, observation))).toBe(true);
        return performance.now() - began;
      });
      return Math.min(...runs);
    };
    best(100); // warm
    expect(best(800) / best(100)).toBeLessThan(32);
  });
});

function renamed(resource: Resource, service: string): Resource {
  const text = JSON.stringify(resource).replaceAll("blog", service);
  return JSON.parse(text);
}
