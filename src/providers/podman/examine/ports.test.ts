import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { examinePorts, judgePort, siteFromMounts, unitFromCgroups } from "./ports.ts";

describe("a port of the front door", () => {
  test("that nobody has is fine", () => {
    expect(judgePort({ port: 443, key: "https", taken: false })).toEqual({
      name: "port-443",
      state: "fine",
      found: "free",
    });
  });

  test("that the site's own front door has is fine, and another site's is in the way", () => {
    const facts = {
      port: 443,
      key: "https",
      taken: true,
      holder: { pid: 9, program: "haproxy" },
      frontOf: "home",
    } as const;
    expect(judgePort({ ...facts, site: "home" })).toMatchObject({
      state: "fine",
      found: "the front door of home has it",
    });
    expect(judgePort(facts).state).toBe("fine");
    expect(judgePort({ ...facts, site: "club" })).toMatchObject({
      state: "wrong",
      found: "the front door of home, another site, has it",
      fix: "set front: {https: 8443} in site.yaml",
    });
  });

  test("is known to be a front door's by the certificates that it sees", () => {
    const line =
      "812 780 0:25 /var/lib/freehold/sites/two-words/certificates /etc/freehold/certificates ro - ext4 /dev/vda rw";
    expect(siteFromMounts(`1 2 0:1 / / rw - ext4 /dev/vda rw\n${line}\n`)).toBe("two-words");
    expect(siteFromMounts("1 2 0:1 / /sites/home/certificates rw - ext4 /dev/vda rw\n")).toBeUndefined();
  });

  test("that somebody else has names who, and both ways out", () => {
    const holder = { pid: 812, program: "nginx" };
    expect(judgePort({ port: 443, key: "https", taken: true, holder, unit: "nginx" })).toEqual({
      name: "port-443",
      state: "wrong",
      found: "nginx (pid 812) has it",
      expected: "nobody",
      fix: "systemctl disable --now nginx, or set front: {https: 8443} in site.yaml",
    });
  });

  test("that somebody hidden has says how to find out", () => {
    expect(judgePort({ port: 80, key: "http", taken: true }).fix).toContain("ss -ltnp sport = :80");
  });

  test("that a program has which systemd did not start is not for systemctl to free", () => {
    const holder = { pid: 8, program: "nginx" };
    expect(judgePort({ port: 80, key: "http", taken: true, holder }).fix).toBe(
      "end that program, or set front: {http: 8080} in site.yaml",
    );
  });

  test.each([
    ["0::/system.slice/nginx.service", "nginx"],
    ["12:memory:/x\n1:name=systemd:/system.slice/apache2.service\n0::/", "apache2"],
    ["0::/system.slice/system-caddy.slice/caddy@home.service/worker", "caddy@home"],
    ["0::/user.slice/user-1000.slice/user@1000.service/app.slice/caddy.service", undefined],
    ["0::/user.slice/user-0.slice/session-3.scope", undefined],
    ["0::/system.slice/docker-0123.scope", undefined],
    ["4:memory:/system.slice/nginx.service\n0::/", undefined],
    ["0::/system.slice/x;reboot.service", undefined],
    ["", undefined],
  ])("belongs to the unit that %j names", (text, unit) => {
    expect(unitFromCgroups(text)).toBe(unit);
  });

  test("is looked up on the machine itself, for the addresses that are wanted", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const examined = { root: "/nonexistent", now: 0 };
    const site = { name: "home", hosts: [], addresses: ["0.0.0.0"], http: port, https: port, resolves: false };
    const [wanted] = await examinePorts({ ...examined, site });
    const [elsewhere] = await examinePorts({ ...examined, site: { ...site, addresses: ["127.0.0.9"] } });
    server.close();
    expect(wanted?.found).toContain(`(pid ${process.pid}) has it`);
    expect(elsewhere?.state).toBe("fine");
  });
});
