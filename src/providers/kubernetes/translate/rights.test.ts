import { describe, expect, test } from "vitest";
import type { Container } from "../../../resource/kinds/container.ts";
import type { ImageFacts } from "../session.ts";
import { podSecurityOf } from "./pod-security.ts";
import { rightsOf, securityContext } from "./rights.ts";

const container: Container = {
  kind: "container",
  id: "container/mail/smtp",
  service: "mail",
  needs: [],
  part: "smtp",
  replica: 1,
  image: "smtp:1",
  env: {},
  network: { mode: "service", id: "network/mail", address: "smtp.home-mail.svc.cluster.local" },
  hosts: {},
  mounts: [],
  scratch: [],
  capabilities: "image",
  limits: { memory: 1e8, cpu: 1, processes: 10 },
  check: { ask: { by: "running" }, every: 1000, timeout: 1000, within: 1000 },
};

const image = (user: string, capabilities?: string): ImageFacts => ({
  reference: "smtp:1",
  user,
  labels: capabilities === undefined ? {} : { "freehold.read-only": "true", "freehold.capabilities": capabilities },
});

const level = (facts: ImageFacts | undefined, change: Partial<Container> = {}): string =>
  podSecurityOf([{ ...container, ...change }], () => facts);

describe("what a container may do on a cluster", () => {
  test("a number that is not root, and nothing beside: it is as restricted as can be", () => {
    const facts = image("1000:1000", "");
    expect(securityContext(rightsOf(container, facts))).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      runAsUser: 1000,
      runAsNonRoot: true,
      runAsGroup: 1000,
    });
    expect(rightsOf(container, facts).group).toBe(1000);
    expect(level(facts)).toBe("restricted");
  });

  test("low ports need no capability, since every pod may bind them", () => {
    const door = { user: "99", capabilities: ["NET_BIND_SERVICE"] };
    expect(rightsOf({ ...container, ...door }, undefined).capabilities).toEqual([]);
    expect(level(undefined, door)).toBe("restricted");
  });

  test("capabilities of one that is not root: root with these alone, since there are no ambient ones, in its own group", () => {
    const rights = rightsOf(container, image("1000:1000", "SETGID SETUID"));
    expect(rights).toEqual({
      user: { uid: 0, gid: 1000 },
      group: 1000,
      readOnly: true,
      capabilities: ["SETGID", "SETUID"],
    });
    expect(level(image("1000:1000", "SETGID SETUID"))).toBe("baseline");
  });

  test("root has what most images need to begin with, unless the image says what it bears", () => {
    expect(rightsOf(container, image("")).capabilities).toContain("CHOWN");
    expect(rightsOf(container, image("root", "")).capabilities).toEqual([]);
    expect(level(image("0", ""))).toBe("baseline");
  });

  test("a user whom only the image knows is baseline: nobody can say that it is not root", () => {
    expect(rightsOf(container, image("www-data")).user).toEqual({});
    expect(rightsOf(container, image("www-data")).capabilities).toEqual([]);
    expect(level(image("www-data"))).toBe("baseline");
    expect(level(undefined)).toBe("baseline");
  });

  test("what no other level lets in is privileged: powers over the machine, ports of its nodes", () => {
    expect(level(image("", "NET_ADMIN"))).toBe("privileged");
    const cluster = { replicas: 1, ports: [], startFirst: false, door: "host-ports" } as const;
    expect(level(image("99", ""), { cluster })).toBe("privileged");
  });

  test("one that needs more decides for all of its namespace", () => {
    const facts = (reference: string) => image(reference === "smtp:1" ? "1000" : "0", "");
    expect(podSecurityOf([container, { ...container, image: "root:1" }], facts)).toBe("baseline");
    expect(podSecurityOf([], facts)).toBe("restricted");
  });

  test("the file's number counts before the image's, and a name cannot be given to a cluster", () => {
    expect(rightsOf({ ...container, user: "7:8" }, image("", "")).user).toEqual({ uid: 7, gid: 8 });
    expect(() => rightsOf({ ...container, user: "postfix" }, image("", ""))).toThrow(
      'expected a number as the user of mail/smtp, got "postfix"',
    );
  });
});
