import { describe, expect, test } from "vitest";
import type { Container } from "../resource/kinds/container.ts";
import type { File } from "../resource/kinds/file.ts";
import { changes } from "./changes.ts";

const container: Container = {
  kind: "container",
  id: "container/blog/blog",
  service: "blog",
  needs: [],
  part: "blog",
  replica: 1,
  image: "r/blog:1",
  command: ["serve", "--all"],
  env: { GREETING: "hello", DB_PASSWORD: "hunter2", URL: "https://ada:hunter2@db/x" },
  network: { mode: "machine" },
  hosts: {},
  mounts: [{ source: "file/blog/conf", target: "/etc/blog.conf", live: false, digest: "aaa" }],
  scratch: [],
  capabilities: "image",
  limits: { memory: 268_435_456, cpu: 1, processes: 10 },
  check: { ask: { by: "http", port: 80, path: "/" }, every: 30_000, timeout: 1500, within: 60_000 },
};
const file: File = {
  kind: "file",
  id: "file/blog/people",
  service: "blog",
  needs: [],
  content: { from: "text", entries: { keys: "ssh-ed25519 AAAA", passwords: "ada:$argon2id$secret" } },
  owner: 0,
  secret: true,
};

describe("the differences that a plan shows", () => {
  test("are in the words of the files: sizes, durations, command lines", () => {
    const to = {
      ...container,
      command: ["serve"],
      limits: { ...container.limits, memory: 1_610_612_736, cpu: 0.5 },
      check: { ...container.check, every: 90_000, timeout: 2000 },
    };
    expect(changes(container, to)).toEqual([
      { path: "check.every", from: "30s", to: "90s" },
      { path: "check.timeout", from: "1500ms", to: "2s" },
      { path: "command", from: "serve --all", to: "serve" },
      { path: "limits.cpu", from: "1", to: "0.5" },
      { path: "limits.memory", from: "256M", to: "1536M" },
    ]);
  });

  test("never show a secret: not by its name, not inside an address", () => {
    const env = { GREETING: "hello", DB_PASSWORD: "correct horse", URL: "https://ada:staple@db/x", API_KEY: "k" };
    const shown = changes(container, { ...container, env });
    expect(shown).toEqual([{ path: "env.API_KEY", to: "new" }, { path: "env.DB_PASSWORD" }, { path: "env.URL" }]);
    expect(JSON.stringify(shown)).not.toMatch(/hunter|horse|staple/);
  });

  test("name a file's entries and show nothing of them", () => {
    const entries = { keys: "ssh-ed25519 BBBB", more: "text" };
    const shown = changes(file, { ...file, content: { from: "text", entries } });
    expect(shown).toEqual([
      { path: "content.entries.keys" },
      { path: "content.entries.more", to: "new" },
      { path: "content.entries.passwords", from: "gone" },
    ]);
  });

  test("say of a mounted file that its content changed, and what is mounted where", () => {
    const mounts = [
      { source: "file/blog/conf", target: "/etc/blog.conf", live: false, digest: "bbb" },
      { source: "volume/blog/blog/data", target: "/data", live: false },
    ];
    expect(changes(container, { ...container, mounts })).toEqual([
      { path: "mounts./data.live", to: "false" },
      { path: "mounts./data.source", to: "volume/blog/blog/data" },
      { path: "mounts./data.target", to: "/data" },
      { path: "mounts./etc/blog.conf.digest" },
    ]);
  });

  test("are short, and cannot write on the terminal of who reads them", () => {
    const [change] = changes(container, {
      ...container,
      env: { ...container.env, GREETING: `\u001b[31m${"x".repeat(500)}` },
    });
    expect(change?.to?.length).toBeLessThanOrEqual(60);
    expect(change?.to).not.toContain("\u001b");
  });

  test("of names that every object has are found like all others", () => {
    const env = { constructor: "a", ["__proto__"]: "b" };
    expect(changes({ ...container, env: {} }, { ...container, env }).map(({ path }) => path)).toEqual([
      "env.__proto__",
      "env.constructor",
    ]);
  });
});
