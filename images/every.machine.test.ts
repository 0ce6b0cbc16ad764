import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endMachines } from "../test/world/machine.ts";
import { type Bench, createBench } from "./running-image.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await createBench();
});
afterAll(endMachines);

/** Bytes; see the table in README.md. What grows beyond it needs a reason. */
const most = {
  ...{ front: 100e6, web: 95e6, calendar: 145e6, git: 205e6, chat: 195e6 },
  ...{ tasks: 90e6, taskd: 135e6, registry: 115e6 },
  ...{ "mail-smtp": 140e6, "mail-imap": 150e6, "mail-filter": 195e6, "mail-store": 95e6 },
};

/** What a program cannot do without; all others bear none. */
const capabilities: Readonly<Record<string, string>> = { "mail-smtp": "SETGID SETUID" };

describe.each(Object.entries(most))("the image %s", (image, size) => {
  test("says what it bears, runs as a number that is not root, and is small", async () => {
    const { stdout } = await bench.podman(["image", "inspect", await bench.reference(image)]);
    const [facts] = JSON.parse(stdout);
    expect(facts.Config.Labels).toMatchObject({
      "freehold.read-only": "true",
      "freehold.capabilities": capabilities[image] ?? "",
    });
    expect(facts.Config.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(facts.Config.Volumes ?? {}).toEqual({});
    expect(facts.Size).toBeLessThan(size);
  });

  test("brings no key, no name of a machine and nothing of its making", async () => {
    const places = [
      ...["/etc/machine-id", "/etc/ssh/ssh_host_*", "/var/lib/apt/lists/*", "/var/cache/apt/*", "/var/log/*"],
      ...["/usr/share/man/*", "/usr/share/locale/*", "/root/.*[a-z]*", "/tmp/*"],
    ];
    const { stdout } = await bench.podman([
      ...["run", "--rm", "--network=none", "--read-only", "--cap-drop=all", "--entrypoint=/bin/sh"],
      ...[await bench.reference(image), "-c", `ls -d ${places.join(" ")} 2>/dev/null`],
    ]);
    expect(stdout.split("\n").filter((path) => !/^(|\/root\/\.(bashrc|profile))$/.test(path))).toEqual([]);
  });
});

describe("the image front", () => {
  test("is HAProxy 3.0 and takes its arguments from outside", async () => {
    const { stdout } = await bench.podman([
      "run",
      "--rm",
      "--network=none",
      "--read-only",
      await bench.reference("front"),
      "-v",
    ]);
    expect(stdout).toMatch(/^HAProxy version 3\.0/);
  });

  test("knows the authorities of the world, for services that run elsewhere", async () => {
    const words = ["run", "--rm", "--network=none", "--entrypoint=/bin/grep", await bench.reference("front")];
    const { stdout } = await bench.podman([...words, "-c", "BEGIN CERTIFICATE", "/etc/ssl/certs/ca-certificates.crt"]);
    expect(Number(stdout)).toBeGreaterThan(50);
  });
});
