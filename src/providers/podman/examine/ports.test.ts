import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { examinePorts, judgePort } from "./ports.ts";

describe("a port of the front door", () => {
  test("that nobody has is fine", () => {
    expect(judgePort({ port: 443, key: "https", taken: false, ours: false })).toEqual({
      name: "port-443",
      state: "fine",
      found: "free",
    });
  });

  test("that the front door has is fine", () => {
    const holder = { pid: 9, program: "haproxy" };
    expect(judgePort({ port: 443, key: "https", taken: true, ours: true, holder }).state).toBe("fine");
  });

  test("that somebody else has names who, and both ways out", () => {
    const holder = { pid: 812, program: "nginx" };
    expect(judgePort({ port: 443, key: "https", taken: true, ours: false, holder })).toEqual({
      name: "port-443",
      state: "wrong",
      found: "nginx (pid 812) has it",
      expected: "nobody",
      fix: "systemctl disable --now nginx, or set front: {https: 8443} in site.yaml",
    });
  });

  test("that somebody hidden has says how to find out", () => {
    expect(judgePort({ port: 80, key: "http", taken: true, ours: false }).fix).toContain("ss -ltnp sport = :80");
  });

  test("never puts a strange program name into a command", () => {
    const holder = { pid: 8, program: "x; rm -rf /" };
    expect(judgePort({ port: 80, key: "http", taken: true, ours: false, holder }).fix).not.toContain("systemctl");
  });

  test("is looked up on the machine itself, for the addresses that are wanted", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const examined = { root: "/nonexistent", run: "/nonexistent", now: 0 };
    const site = { name: "home", hosts: [], addresses: ["0.0.0.0"], http: port, https: port, resolves: false };
    const [wanted] = await examinePorts({ ...examined, site });
    const [elsewhere] = await examinePorts({ ...examined, site: { ...site, addresses: ["127.0.0.9"] } });
    server.close();
    expect(wanted?.found).toContain(`(pid ${process.pid}) has it`);
    expect(elsewhere?.state).toBe("fine");
  });
});
