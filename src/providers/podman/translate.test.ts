import { describe, expect, test } from "vitest";
import type { Container } from "../../resource/kinds/container.ts";
import { type ContainerFacts, containerBody, networkBody } from "./translate.ts";

const container: Container = {
  kind: "container",
  id: "container/photos/server",
  service: "photos",
  needs: [],
  part: "server",
  replica: 1,
  image: "docker.io/library/photos:1",
  command: ["serve", "--port", "80"],
  user: "1000",
  env: { A: "b" },
  network: { mode: "service", id: "network/photos", address: "10.224.5.2" },
  hosts: { mail: ["10.224.7.2", "10.224.7.3"] },
  users: 268_763_136,
  mounts: [{ source: "volume/photos/server/data", target: "/data", live: false }],
  scratch: ["/var/cache"],
  capabilities: "image",
  limits: { memory: 64 * 1024 * 1024, cpu: 0.5, processes: 100 },
  check: { ask: { by: "tcp", port: 80 }, every: 10_000, timeout: 3000, within: 30_000 },
};

const facts: ContainerFacts = {
  site: "home",
  image: { readOnly: true, capabilities: [] },
  binds: [{ source: "/state/data", target: "/data", access: "write" }],
  resolves: false,
  variables: {},
  versions: {},
  hasUserNamespaces: true,
};

describe("a container in Podman's words", () => {
  test("is this, to the letter", () => {
    const { labels, ...body } = containerBody(container, facts);
    expect(labels).toMatchObject({ "freehold.site": "home", "freehold.id": container.id, "freehold.versions": "{}" });
    expect(JSON.parse(labels["freehold.resource"] ?? "")).toEqual(container);
    const map = [{ container_id: 0, host_id: 268_763_136, size: 65_536 }];
    expect(body).toEqual({
      name: "home.photos.server",
      image: "docker.io/library/photos:1",
      command: ["serve", "--port", "80"],
      user: "1000",
      env: { A: "b" },
      hostname: "server",
      netns: { nsmode: "bridge" },
      networks: { "home.photos": { static_ips: ["10.224.5.2"], static_mac: "02:fd:0a:e0:05:02" } },
      dns_server: ["127.0.0.1"],
      hostadd: ["mail:10.224.7.2", "mail:10.224.7.3"],
      userns: { nsmode: "private" },
      idmappings: { UIDMap: map, GIDMap: map },
      mounts: [
        { type: "bind", source: "/state/data", destination: "/data", options: ["rbind", "rw", "nosuid", "nodev"] },
        ...["/var/cache", "/tmp", "/run"].map((destination) => ({
          type: "tmpfs",
          source: "tmpfs",
          destination,
          options: ["rw", "nosuid", "nodev", "mode=1777", "size=33554432"],
        })),
      ],
      read_only_filesystem: true,
      cap_drop: ["all"],
      cap_add: [],
      no_new_privileges: true,
      resource_limits: {
        memory: { limit: 67_108_864, swap: 67_108_864 },
        cpu: { quota: 50_000, period: 100_000 },
        pids: { limit: 100 },
      },
      restart_policy: "no",
      stop_timeout: 10,
      healthconfig: { Test: ["NONE"] },
    });
  });

  test("an image that says nothing gets a writable root and the usual capabilities", () => {
    const body = containerBody(container, { ...facts, image: { readOnly: false } });
    expect(body.read_only_filesystem).toBe(false);
    expect(body).not.toHaveProperty("cap_add");
    expect(body).not.toHaveProperty("cap_drop");
    expect(body.mounts.map(({ destination }) => destination)).toEqual(["/data", "/var/cache"]);
  });

  test("a list of capabilities is exactly that, on a read-only root, whatever the image says", () => {
    const body = containerBody(
      { ...container, capabilities: ["NET_BIND_SERVICE"] },
      { ...facts, image: { readOnly: false } },
    );
    expect(body.read_only_filesystem).toBe(true);
    expect(body.cap_add).toEqual(["NET_BIND_SERVICE"]);
  });

  test("on the machine's network it has neither an address nor users of its own", () => {
    const { users: _users, ...rest } = container;
    const body = containerBody({ ...rest, network: { mode: "machine" } }, facts);
    expect(body.netns).toEqual({ nsmode: "host" });
    expect(body).not.toHaveProperty("networks");
    expect(body).not.toHaveProperty("idmappings");
    expect(body).not.toHaveProperty("dns_server");
  });

  test("where there are no user namespaces it has the machine's users", () => {
    expect(containerBody(container, { ...facts, hasUserNamespaces: false })).not.toHaveProperty("idmappings");
  });

  test("the image's own health check is kept only where it is asked", () => {
    const own = { ...container, check: { ...container.check, ask: { by: "image" } } } as const;
    expect(containerBody(own, facts)).not.toHaveProperty("healthconfig");
  });

  test("names of the outside are resolved only where the network does", () => {
    expect(containerBody(container, { ...facts, resolves: true })).not.toHaveProperty("dns_server");
  });

  test("a mount over /tmp or /run takes the place of the memory there", () => {
    const mounts = [{ source: "volume/photos/server/tmp", target: "/tmp", live: false }];
    const binds = [{ source: "/state/tmp", target: "/tmp", access: "write" } as const];
    const body = containerBody({ ...container, mounts, scratch: ["/run"] }, { ...facts, binds });
    expect(body.mounts.map(({ destination }) => destination)).toEqual(["/tmp", "/run"]);
  });
});

test("a network in Podman's words is this", () => {
  const network = {
    kind: "network",
    id: "network/photos",
    service: "photos",
    needs: [],
    slot: 5,
    subnet: "10.224.5.0/24",
    gateway: "10.224.5.1",
    resolves: false,
  } as const;
  expect(networkBody("home", network)).toMatchObject({
    name: "home.photos",
    driver: "bridge",
    network_interface: expect.stringMatching(/^fh[0-9a-f]{4}-5$/),
    subnets: [{ subnet: "10.224.5.0/24", gateway: "10.224.5.1" }],
    dns_enabled: false,
    labels: { "freehold.site": "home", "freehold.id": "network/photos" },
  });
});
