import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { execOrFail } from "../lib/exec.ts";
import { type Files, images, loadFiles, problemLine, withSite } from "./cases/case.ts";
import { type Loaded, load } from "./load.ts";

const nginx = "image: docker.io/library/nginx:1.29\n";

function lines({ problems }: Loaded): string[] {
  return problems.map(problemLine);
}

function names({ site }: Loaded): string[] | undefined {
  return site?.services.map(({ name }) => name);
}

async function prepared(files: Files, prepare: (root: string) => Promise<unknown>): Promise<Loaded> {
  return await withSite(files, async (root) => {
    await prepare(root);
    return await load(root, { images });
  });
}

describe("a good site", () => {
  test("gives its services with every default filled in", async () => {
    const { site, problems } = await loadFiles({ "services/blog.yaml": `${nginx}port: 80\nexpose: public\n` });
    expect(problems).toEqual([]);
    expect(site).toMatchObject({
      name: "home",
      domain: "example.org",
      domains: [],
      engine: "podman",
      certificates: "local",
      front: { addresses: ["0.0.0.0", "::"], http: 80, https: 443 },
      people: [],
    });
    expect(site?.services).toEqual([
      {
        name: "blog",
        title: "blog",
        stage: "live",
        parts: [
          {
            name: "blog",
            image: { from: "registry", reference: "docker.io/library/nginx:1.29" },
            port: 80,
            ports: [],
            env: {},
            secrets: [],
            files: [],
            state: [],
            scratch: [],
            health: { check: { by: "tcp", port: 80 }, every: 10_000, timeout: 3000, within: 60_000 },
            limits: { memory: 512 * 1024 * 1024, cpu: 2, processes: 512 },
          },
        ],
        expose: [{ host: "blog.example.org", path: "/", to: "public", part: "blog" }],
        reach: [],
        replicas: 1,
        update: "minor",
        records: [],
      },
    ]);
  });

  test("keeps what is written, parsed: sizes in bytes, durations in milliseconds, numbers of the environment to the digit", async () => {
    const { site } = await loadFiles({
      "services/vault.yaml": [
        'title: "Pass\\e[31mwords"',
        "image: docker.io/vaultwarden/server:1.34.3",
        "command: [serve, --port, 0080]",
        "user: 0:007",
        "port: 80",
        "env: {B: 1.10, A: True}",
        "state: {data: /data}",
        "health: {path: /alive, every: 1m30s, timeout: 500ms, within: 1h}",
        "limits: {memory: 1.5G, cpu: 0.5, processes: 20}",
        "people: {path: /run/people, give: [passwords, keys, keys]}",
      ]
        .join("\n")
        .replace("0:007", "1000:100"),
    });
    const [vault] = site?.services ?? [];
    expect(vault?.title).toBe("Pass␛[31mwords");
    expect(vault?.parts[0]).toMatchObject({
      command: ["serve", "--port", "0080"],
      user: "1000:100",
      env: { A: "True", B: "1.10" },
      people: { path: "/run/people", give: ["keys", "passwords"] },
      health: { check: { by: "http", port: 80, path: "/alive" }, every: 90_000, timeout: 500, within: 3_600_000 },
      limits: { memory: 1.5 * 1024 ** 3, cpu: 0.5, processes: 20 },
    });
    expect(Object.keys(vault?.parts[0]?.env ?? {})).toEqual(["A", "B"]);
  });

  test("is the same whatever the order of its files and keys", async () => {
    const a = await loadFiles({ "services/a.yaml": `${nginx}port: 80\nenv: {A: 1, B: 2}\n`, "services/b.yaml": nginx });
    const b = await loadFiles({ "services/b.yaml": nginx, "services/a.yaml": `port: 80\nenv: {B: 2, A: 1}\n${nginx}` });
    expect(JSON.stringify(a.site)).toBe(JSON.stringify(b.site));
  });

  test("may have no services, no people and its files behind links", async () => {
    const loaded = await prepared(
      { "site.yaml": "x", "config/site.yaml": "name: home\ndomain: example.org\n", "shared/s.yaml": nginx },
      async (root) => {
        await rm(join(root, "site.yaml"));
        await symlink("config/site.yaml", join(root, "site.yaml"));
        await symlink("shared", join(root, "services"));
      },
    );
    expect([lines(loaded), names(loaded), loaded.files]).toEqual([[], ["s"], ["site.yaml", "services/s.yaml"]]);
  });

  test("resolves reach to numbers, by protocol, each way once", async () => {
    const { site } = await loadFiles({
      "services/dns.yaml": `${nginx}ports: {dns: {port: 53, protocol: udp}, dns-tcp: {port: 53}}\n`,
      "services/app.yaml": `${nginx}reach: [dns, dns:53, dns:dns, internet, internet:443, dns]\n`,
    });
    expect(site?.services[0]?.reach).toEqual([
      { to: "service", service: "dns" },
      { to: "service", service: "dns", port: 53, protocol: "udp" },
      { to: "service", service: "dns", port: 53, protocol: "tcp" },
      { to: "internet" },
      { to: "internet", port: 443 },
    ]);
  });

  test("reaches an external service that is given by its address", async () => {
    const app = `${nginx}reach: [nas]\n`;
    const good = await loadFiles({
      "services/app.yaml": app,
      "services/nas.yaml": "external: http://192.168.1.20:9000\n",
    });
    expect(lines(good)).toEqual([]);
    const named = await loadFiles({ "services/app.yaml": app, "services/nas.yaml": "external: http://nas.lan:9000\n" });
    expect([lines(named), named.broken]).toEqual([["services/app.yaml:2:9 REACH_NO_ADDRESS"], ["app"]]);
  });

  test("lets a retired service go: its host is free, and reaching it is a warning", async () => {
    const loaded = await loadFiles({
      "services/old.yaml": `${nginx}port: 80\nexpose: [www.example.org]\nstage: retired\n`,
      "services/new.yaml": `${nginx}port: 80\nexpose: [www.example.org]\nreach: [old]\n`,
    });
    expect([lines(loaded), names(loaded)]).toEqual([["services/new.yaml:4:9 REACH_RETIRED"], ["new", "old"]]);
  });

  test("has hosts in full, however they are written", async () => {
    const { site } = await loadFiles({
      "services/app.yaml": `${nginx}port: 80\nexpose: ["@", www]\ncertificate: {path: /run/tls, names: [mail, "@", "*", a.example.org]}\n`,
      "services/bare.yaml": `${nginx}certificate: {path: /run/tls}\nport: 80\nexpose: private\n`,
    });
    const [app, bare] = site?.services ?? [];
    expect(app?.expose.map(({ host }) => host)).toEqual(["example.org", "www.example.org"]);
    expect(app?.parts[0]?.certificate?.names).toEqual([
      "mail.example.org",
      "*.example.org",
      "a.example.org",
      "example.org",
    ]);
    expect(bare?.parts[0]?.certificate?.names).toEqual(["bare.example.org"]);
  });

  test("gives a record to its own domain, or to each, and leads all of them to its own hosts", async () => {
    const { site } = await loadFiles({
      "site.yaml": "name: home\ndomain: example.org\ndomains: [example.net]\n",
      "services/mail.yaml": `${nginx}port: 80\nexpose: private\nrecords: ["each @ MX 10 mail", "_x._tcp SRV 0 1 993 mail", 'b TXT "a" "b"']\n`,
    });
    expect(site?.services[0]?.records).toEqual([
      { name: "example.org", type: "MX", value: "10 mail.example.org" },
      { name: "example.net", type: "MX", value: "10 mail.example.org" },
      { name: "_x._tcp.example.org", type: "SRV", value: "0 1 993 mail.example.org" },
      { name: "b.example.org", type: "TXT", value: "ab" },
    ]);
  });

  test("cycles in reach are fine", async () => {
    const loaded = await loadFiles({
      "services/a.yaml": `${nginx}port: 1\nreach: [b]\n`,
      "services/b.yaml": `${nginx}port: 1\nreach: [a]\n`,
    });
    expect(lines(loaded)).toEqual([]);
  });
});

test("the example has no problems", async () => {
  const loaded = await load(resolve(import.meta.dirname, "../../examples/home"), { images });
  expect([lines(loaded), names(loaded)]).toEqual([[], ["blog", "calendar", "chat", "git", "mail", "tasks"]]);
});

describe("static files, builds and files", () => {
  test("are known by what is in them", async () => {
    const files = { "services/blog.yaml": "static: pages\n", "pages/index.html": "hello" };
    const digest = async (more: Files): Promise<string> => {
      const { site } = await loadFiles({ ...files, ...more });
      const image = site?.services[0]?.parts[0]?.image;
      return image?.from === "static" ? image.content.digest : "none";
    };
    const before = await digest({});
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(await digest({})).toBe(before);
    expect(await digest({ "pages/index.html": "hellp" })).not.toBe(before);
    expect(await digest({ "pages/.well-known/a": "" })).not.toBe(before);
  });

  test("are served on the port of freehold's own web image", async () => {
    const { site } = await loadFiles({
      "services/blog.yaml": "static: pages\nexpose: public\n",
      "pages/index.html": "",
    });
    expect(site?.services[0]).toMatchObject({ parts: [{ name: "blog", port: 8080 }], expose: [{ part: "blog" }] });
  });

  test("a build needs a Containerfile, static files a directory", async () => {
    const loaded = await loadFiles({
      "services/a.yaml": "build: images/a\n",
      "images/a/x": "",
      "services/b.yaml": "static: page.html\n",
      "page.html": "",
    });
    expect(lines(loaded)).toEqual(["services/a.yaml:1:8 FILE_MISSING", "services/b.yaml:1:9 FILE_NOT_PLAIN"]);
  });
});

describe("a broken file", () => {
  test("of a service stops that service alone", async () => {
    const loaded = await loadFiles({ "services/a.yaml": "port: [", "services/b.yaml": nginx });
    expect([names(loaded), loaded.broken]).toEqual([["b"], ["a"]]);
  });

  test("of the site stops everything, and still all problems are said", async () => {
    const loaded = await loadFiles({ "site.yaml": "name: home\n", "services/a.yaml": "port: 0\n" });
    expect(loaded.site).toBeUndefined();
    expect(lines(loaded)).toEqual(["site.yaml:1:1 KEY_MISSING", "services/a.yaml:1:7 PORT_OUT_OF_RANGE"]);
  });

  test("of the people stops everything, too", async () => {
    const loaded = await loadFiles({ "people.yaml": "ada: {age: 3}\n", "services/a.yaml": nginx });
    expect([loaded.site, lines(loaded)]).toEqual([undefined, ["people.yaml:1:7 KEY_UNKNOWN"]]);
  });

  test("with a warning only stops nothing", async () => {
    const loaded = await loadFiles({ "services/a.yaml": "image: docker.io/library/nginx\n" });
    expect([names(loaded), loaded.broken, lines(loaded)]).toEqual([["a"], [], ["services/a.yaml:1:8 IMAGE_UNPINNED"]]);
  });

  test("never shows a password, wherever it stands", async () => {
    const texts = [
      "ada: {password: hunter2}",
      "ada:\n  password:\n    hunter2",
      "ada:\n  pasword: hunter2",
      "ada:\n  password: |\n    hunter2",
      "ada:\n  password: [hunter2]",
    ];
    for (const text of texts) {
      const { problems } = await loadFiles({ "people.yaml": text });
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toContain("hunter2");
    }
  });

  test("with thousands of problems says the first and how many are left", async () => {
    const { problems } = await loadFiles({
      "services/a.yaml": Array.from({ length: 5000 }, (_, index) => `k${index}: 1\n`).join(""),
    });
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)).toMatchObject({
      code: "PROBLEMS_MANY",
      message: "4950 more problems in this file are not shown",
    });
  });
});

describe("a directory", () => {
  test("without a site.yaml is none", async () => {
    expect(lines(await load("/nowhere/at/all", { images }))).toEqual(["SITE_NOT_FOUND"]);
    expect(lines(await prepared({}, (root) => rm(join(root, "site.yaml"))))).toEqual(["SITE_NOT_FOUND"]);
  });

  test.each<[string, (root: string) => Promise<unknown>, string]>([
    ["a services that is a file", (root) => writeFile(join(root, "services"), ""), "services:1:1 FILE_NOT_PLAIN"],
    ["services elsewhere", (root) => symlink("/etc", join(root, "services")), "services:1:1 FILE_OUTSIDE"],
    ["a services called otherwise", (root) => mkdir(join(root, "service")), "service:1:1 FILE_STRANGER"],
  ])("with %s says so", async (_what, prepare, expected) => {
    expect(lines(await prepared({}, prepare))).toEqual([expected]);
  });

  test("with odd things for services says each, reads none of them, and goes on with the rest", async () => {
    const loaded = await prepared(
      { "services/good.yaml": nginx, "services/esc\u001b[31m.yaml": nginx },
      async (root) => {
        const services = join(root, "services");
        await mkdir(join(services, "directory.yaml"));
        await symlink("/etc/passwd", join(services, "outside.yaml"));
        await symlink("nowhere.yaml", join(services, "dangling.yaml"));
        await execOrFail(["mkfifo", join(services, "pipe.yaml")]);
        await mkdir(join(services, "sub"));
      },
    );
    expect(lines(loaded)).toEqual([
      "services/dangling.yaml:1:1 FILE_MISSING",
      "services/directory.yaml:1:1 FILE_NOT_PLAIN",
      "services/esc␛[31m.yaml:1:1 NAME_INVALID",
      "services/outside.yaml:1:1 FILE_OUTSIDE",
      "services/pipe.yaml:1:1 FILE_NOT_PLAIN",
      "services/sub:1:1 FILE_STRANGER",
    ]);
    expect([names(loaded), loaded.broken]).toEqual([["good"], ["dangling", "directory", "outside", "pipe"]]);
  });

  test("of freehold's own images that is not there is a fault of freehold's, said as one", async () => {
    const loaded = await withSite({}, (root) => load(root, { images: join(root, "nothing") }));
    expect([loaded.site, lines(loaded), loaded.problems[0]?.kind]).toEqual([undefined, ["OWN_IMAGES_MISSING"], "bug"]);
  });
});
