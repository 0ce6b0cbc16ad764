import { describe, expect, test } from "vitest";
import type { Container } from "../../resource/kinds/container.ts";
import type { File } from "../../resource/kinds/file.ts";
import type { Resource } from "../../resource/resource.ts";
import type { Part, PeopleListing, Service, Site } from "../../site/site.ts";
import { assignSlots } from "../addresses.ts";
import { compile } from "../compile.ts";
import { samplePart, sampleService, sampleSite } from "../sample-site.ts";

const tree = { source: "/site/x", digest: "d".repeat(64), size: 1 };

function compiled(services: readonly Service[], rest: Partial<Site> = {}): readonly Resource[] {
  const names = services.map(({ name }) => name);
  return compile(sampleSite(services, rest), assignSlots(names, {}, []));
}

function container(resources: readonly Resource[], id: string): Container {
  const found = resources.find((resource) => resource.id === id);
  if (found?.kind !== "container") throw new Error(`expected ${id}`);
  return found;
}

function file(resources: readonly Resource[], id: string): File {
  const found = resources.find((resource) => resource.id === id);
  if (found?.kind !== "file") throw new Error(`expected ${id}`);
  return found;
}

function onePart(part: Partial<Part>, rest: Partial<Site> = {}): readonly Resource[] {
  return compiled([sampleService("tool", { parts: [samplePart("tool", part)] })], rest);
}

describe("people", () => {
  const people = [
    {
      name: "ada",
      title: "",
      groups: [],
      keys: ["ssh-ed25519 AAAA", "ssh-rsa BBBB"],
      addresses: ["ada@example.org"],
      password: "$argon2id$x",
    },
    { name: "bob", title: "", groups: [], keys: [], addresses: [] },
  ];
  const given = (give: readonly PeopleListing[], part: Partial<Part> = {}) =>
    file(onePart({ ...part, people: { path: "/run/people", give } }, { people }), "file/tool/tool/people");

  test("are listed a line each, and only what was asked for is given", () => {
    expect(given(["keys"]).content).toEqual({
      from: "text",
      entries: { keys: "ada ssh-ed25519 AAAA\nada ssh-rsa BBBB\n" },
    });
    expect(given(["passwords"]).content).toEqual({ from: "text", entries: { passwords: "ada:$argon2id$x\n" } });
  });

  test("have names and addresses, to be given like the rest", () => {
    const { content } = given(["names", "addresses"]);
    expect(content).toMatchObject({ entries: { names: "ada \nbob \n" } });
    expect(content).toMatchObject({ entries: { addresses: expect.stringMatching(/^ada@example.org ada\n/) } });
  });

  test("are a secret when passwords are among what is given", () => {
    expect(given(["keys"]).secret).toBe(false);
    expect(given(["keys", "passwords"]).secret).toBe(true);
  });

  test("belong to the user who reads them: the one written, 1000 in freehold's own images, else root", () => {
    const { users = 0 } = container(onePart({}), "container/tool/tool");
    const git = { from: "build", name: "freehold/git", context: tree } as const;
    const own = { from: "build", name: "images/git", context: tree } as const;
    expect(given(["keys"]).owner).toBe(users);
    expect(given(["keys"], { user: "1234:5" }).owner).toBe(users + 1234);
    expect(given(["keys"], { image: git }).owner).toBe(users + 1000);
    expect(given(["keys"], { image: git, user: "7" }).owner).toBe(users + 7);
    expect(given(["keys"], { image: own }).owner).toBe(users);
  });

  test("change without a restart: the container stays the same when somebody joins", () => {
    const part = { people: { path: "/run/people", give: ["keys"] as const } };
    const id = "container/tool/tool";
    expect(container(onePart(part, { people }), id)).toEqual(container(onePart(part, { people: [] }), id));
  });
});

describe("files", () => {
  test("of the site replace the container when they change; static content does not", () => {
    const changed = { ...tree, digest: "e".repeat(64) };
    const withFile = (content: typeof tree) =>
      container(onePart({ files: [{ path: "/etc/app.conf", content }] }), "container/tool/tool");
    expect(withFile(changed)).not.toEqual(withFile(tree));
    const served = (content: typeof tree) =>
      container(onePart({ image: { from: "static", content } }), "container/tool/tool");
    expect(served(changed)).toEqual(served(tree));
  });

  test("at paths that look alike are told apart", () => {
    const paths = ["/a/b", "/a-b", "/x/a b", "/x/a-b"];
    const resources = onePart({ files: paths.map((path) => ({ path, content: tree })) });
    expect(resources.filter(({ kind, service }) => kind === "file" && service === "tool")).toHaveLength(4);
  });

  test("inside a mounted directory are mounted after it", () => {
    const part = { files: [{ path: "/data/app.conf", content: tree }], state: [{ name: "data", path: "/data" }] };
    const { mounts } = container(onePart(part), "container/tool/tool");
    expect(mounts.map(({ target }) => target)).toEqual(["/data", "/data/app.conf"]);
  });
});

describe("the environment", () => {
  const git = { from: "build", name: "freehold/git", context: tree } as const;
  const env = (part: Partial<Part>, expose: Service["expose"] = []) =>
    container(
      compiled([sampleService("tool", { parts: [samplePart("tool", part)], expose })], { domains: ["example.net"] }),
      "container/tool/tool",
    ).env;

  test("of an image that freehold maintains says what it is called from outside", () => {
    const exposed = [
      { host: "code.example.net", path: "/", to: "private" as const },
      { host: "x.example.org", path: "/", to: "private" as const },
    ];
    expect(env({ image: git, env: { A: "1" } }, exposed)).toEqual({
      A: "1",
      FREEHOLD_DOMAIN: "example.org",
      FREEHOLD_DOMAINS: "example.org example.net",
      FREEHOLD_HOST: "code.example.net",
      FREEHOLD_URL: "https://code.example.net",
    });
    expect(env({ image: git }).FREEHOLD_HOST).toBe("tool.example.org");
    const front = { addresses: ["0.0.0.0"], http: 8080, https: 8443 };
    const elsewhere = container(onePart({ image: git }, { front }), "container/tool/tool");
    expect(elsewhere.env.FREEHOLD_URL).toBe("https://tool.example.org:8443");
  });

  test("is what the file says before that, and nothing but that for other images", () => {
    expect(env({ image: git, env: { FREEHOLD_HOST: "mine" } }).FREEHOLD_HOST).toBe("mine");
    expect(env({ image: { from: "build", name: "images/git", context: tree }, env: { A: "1" } })).toEqual({ A: "1" });
  });
});

describe("images", () => {
  const reference = (image: Part["image"]) => container(onePart({ image }), "container/tool/tool").image;

  test("that are built are named by their content, so that nothing rebuilt means nothing restarted", () => {
    expect(reference({ from: "build", name: "freehold/git", context: tree })).toBe(
      "localhost/freehold/git:dddddddddddd",
    );
    expect(reference({ from: "build", name: "images/My_Blog", context: tree })).toBe(
      "localhost/site/images/my-blog:dddddddddddd",
    );
    expect(reference({ from: "build", name: "!", context: tree })).toBe("localhost/site/image:dddddddddddd");
  });

  test("of a registry are taken as written", () => {
    expect(reference({ from: "registry", reference: "docker.io/library/nginx:1.29" })).toBe(
      "docker.io/library/nginx:1.29",
    );
  });
});

describe("names inside", () => {
  const mail = sampleService("mail", {
    parts: [
      samplePart("post", {
        port: 25,
        ports: [{ name: "submission", port: 587, published: 587, protocol: "tcp", clientAddress: "none" }],
      }),
      samplePart("web", { port: 8080 }),
    ],
    replicas: 2,
  });
  const asking = (reach: Service["reach"], others: readonly Service[] = [mail]) => {
    const resources = compiled([sampleService("chat", { reach }), ...others]);
    const { hosts } = container(resources, "container/chat/chat");
    const at = (id: string) => {
      const { network } = container(resources, id);
      return network.mode === "service" ? network.address : "";
    };
    return { hosts, at };
  };

  test("are the parts that offer what may be reached, all replicas", () => {
    const { hosts, at } = asking([{ to: "service", service: "mail", port: 587 }]);
    expect(hosts.mail).toEqual([at("container/mail/post"), at("container/mail/post/2")]);
  });

  test("are every part that offers anything, when no port is named", () => {
    const { hosts } = asking([{ to: "service", service: "mail" }]);
    expect(hosts.mail).toHaveLength(4);
  });

  test("of services that may not be reached do not resolve, nor those of retired ones", () => {
    expect(Object.keys(asking([]).hosts)).toEqual(["chat"]);
    const retired = { ...mail, stage: "retired" as const };
    expect(Object.keys(asking([{ to: "service", service: "mail" }], [retired]).hosts)).toEqual(["chat"]);
  });

  test("of something elsewhere are its address", () => {
    const nas = sampleService("nas", { parts: [], external: { protocol: "http", host: "192.168.1.9", port: 80 } });
    expect(asking([{ to: "service", service: "nas" }], [nas]).hosts.nas).toEqual(["192.168.1.9"]);
  });

  test("of one's own part are oneself, so that a further replica changes nothing for the first", () => {
    const twice = compiled([mail]);
    const once = compiled([{ ...mail, replicas: 1 }]);
    const { hosts } = container(twice, "container/mail/post/2");
    expect(hosts.post).toHaveLength(1);
    expect(hosts.web).toHaveLength(2);
    const alone = compiled([sampleService("sums", { replicas: 1 })]);
    const pair = compiled([sampleService("sums", { replicas: 2 })]);
    expect(container(pair, "container/sums/sums")).toEqual(container(alone, "container/sums/sums"));
    expect(container(once, "container/mail/post").network).toEqual(container(twice, "container/mail/post").network);
  });
});

describe("a retired service", () => {
  test("runs nothing and keeps its data described", () => {
    const wiki = sampleService("wiki", {
      stage: "retired",
      parts: [samplePart("wiki", { state: [{ name: "pages", path: "/data" }] })],
    });
    const left = compiled([wiki]).filter(({ service }) => service === "wiki");
    expect(left.map(({ id }) => id)).toEqual(["volume/wiki/wiki/pages"]);
  });
});
