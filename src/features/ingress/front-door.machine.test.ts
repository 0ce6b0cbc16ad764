import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createFrontDoor,
  type FrontDoor,
  socketInHttp2,
  talker,
  upgradeOf,
} from "../../../test/front-door/front-door.ts";
import { endMachines } from "../../../test/world/machine.ts";
import { addresses } from "../../../test/world/network.ts";
import { sampleExposure, samplePart, sampleService, sampleSite } from "../sample-site.ts";

const blog = sampleService("blog", {
  expose: [sampleExposure("blog.example.org", "blog"), sampleExposure("example.org", "blog")],
});
const photos = sampleService("photos", {
  expose: [sampleExposure("example.org", "photos", { path: "/photos" })],
});
const notes = sampleService("notes", {
  expose: [sampleExposure("notes.example.org", "notes", { to: "private" })],
});
const mail = sampleService("mail", {
  parts: [
    samplePart("server", {
      ports: [
        { name: "imaps", port: 993, published: 993, protocol: "tcp", clientAddress: "proxy-v2" },
        { name: "sieve", port: 4190, published: 14190, protocol: "tcp", clientAddress: "none" },
      ],
    }),
  ],
  expose: [sampleExposure("mail.example.org", "server")],
});
const git = sampleService("git", {
  parts: [
    samplePart("git", {
      ports: [{ name: "ssh", port: 2222, published: 22, protocol: "tcp", clientAddress: "none" }],
    }),
  ],
  expose: [{ host: "git.example.org", path: "/", to: "private" }],
});
const nas = sampleService("nas", {
  parts: [],
  external: { protocol: "http", host: "nas.lan", port: 9100 },
  expose: [{ host: "nas.example.org", path: "/", to: "public" }],
});
const router = sampleService("router", {
  parts: [],
  external: { protocol: "https", host: addresses.machine, port: 443 },
  expose: [{ host: "router.example.org", path: "/", to: "public" }],
});
const site = sampleSite([blog, git, mail, nas, notes, photos, router], {
  front: { addresses: [addresses.machine, addresses.machineAtHome, "::1"], http: 80, https: 443 },
});

let door: FrontDoor;
beforeAll(async () => {
  door = await createFrontDoor(site);
  for (const service of ["blog", "photos", "notes"]) await door.serve(`container/${service}/${service}`, 8080);
  await door.serve("container/git/git", 2222);
  await door.serve("container/mail/server", 993);
  await door.serve("container/mail/server", 4190);
});
afterAll(endMachines);

type Where = "internet" | "home" | "service" | "itself";

/** Runs curl against the front door, as a visitor from somewhere. What it prints. */
async function curl(where: Where, ...words: readonly string[]): Promise<string> {
  const { machine } = door;
  const to = {
    internet: addresses.machine,
    home: addresses.machineAtHome,
    service: addresses.machine,
    itself: "[::1]",
  };
  const from = {
    internet: ["--interface", addresses.internet],
    home: [],
    service: ["--interface", door.addressOf("container/notes/notes")],
    itself: [],
  };
  const argv = [
    "curl",
    "-sk",
    "--max-time",
    "60",
    "--connect-to",
    `::${to[where]}:`,
    ...from[where],
    ...words,
  ] as const;
  const run = where === "internet" || where === "home" ? machine.outside : machine.exec;
  return (await run(argv)).stdout;
}

/** Talks over a bare connection from outside; the answers. */
async function talkTo(words: readonly string[], said: readonly string[]): Promise<readonly string[]> {
  const input = said.map((word) => `${JSON.stringify(word)}\n`).join("");
  const { stdout } = await door.machine.outside([process.execPath, talker, ...words], { input });
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [String(JSON.parse(line))]));
}

/** Which service answered a visitor from the internet, and what reached it. */
async function reached(
  url: string,
  ...words: readonly string[]
): Promise<{ name: string; headers: Record<string, string> } & Record<string, unknown>> {
  const text = await curl("internet", url, ...words);
  return text.startsWith("{")
    ? JSON.parse(text)
    : { name: /<title>(.*)<\/title>/.exec(text)?.[1] ?? text, headers: {} };
}

const unknown = "Nothing at this address";

test("nobody else can listen beside the front door, not even with its rights", async () => {
  const script = `require("node:net").createServer()
    .on("error", ({ code }) => console.log(code))
    .listen({ host: "${addresses.machine}", port: 14190, reusePort: true }, () => process.exit())`;
  const asFront = ["setpriv", "--reuid=99", "--regid=99", "--clear-groups"] as const;
  const { stdout } = await door.machine.exec([...asFront, process.execPath, "-e", script]);
  expect(stdout).toBe("EADDRINUSE\n");
});

describe("the front door finds the service", () => {
  test("by name, in whatever case, with a port or a last dot", async () => {
    for (const host of ["blog.example.org", "BLOG.Example.ORG", "blog.example.org:443", "blog.example.org."])
      expect((await reached("https://blog.example.org/", "-H", `host: ${host}`)).name, host).toBe(
        "container/blog/blog",
      );
  });

  test("by the longest path, on whole segments", async () => {
    const served = async (path: string) => (await reached(`https://example.org${path}`)).name;
    expect(await served("/")).toBe("container/blog/blog");
    expect(await served("/photos")).toBe("container/photos/photos");
    expect(await served("/photos/")).toBe("container/photos/photos");
    expect(await served("/photos/2024?x=1")).toBe("container/photos/photos");
    expect(await served("/photosynthesis")).toBe("container/blog/blog");
    expect(await served("/about/photos")).toBe("container/blog/blog");
  });

  test("over HTTP/2 as well as HTTP/1.1", async () => {
    const words = ["-o", "/dev/null", "-w", "%{http_version} %{http_code}", "https://blog.example.org/"];
    expect(await curl("internet", "--http2", ...words)).toBe("2 200");
    expect(await curl("internet", "--http1.1", ...words)).toBe("1.1 200");
  });

  test("over IPv6", async () => {
    const answer = JSON.parse(await curl("itself", "https://blog.example.org/"));
    expect([answer.name, answer.headers["x-forwarded-for"]]).toEqual(["container/blog/blog", "::1"]);
  });

  test("and hands path, query, method and body on as they came", async () => {
    const { url, method, bytes } = await reached(
      "https://example.org/photos/a%2Fb/../c?q=%20&r",
      "--path-as-is",
      "-d",
      "hello",
    );
    expect({ url, method, bytes }).toEqual({ url: "/photos/a%2Fb/../c?q=%20&r", method: "POST", bytes: 5 });
  });
});

describe("a name that nobody has", () => {
  test("gets a page that says so, and never a service", async () => {
    for (const host of [
      "unknown.example.org",
      "example.com",
      "",
      "10.0.0.1",
      "[::1]",
      "blog.example.org.evil.test",
      "xblog.example.org",
    ])
      expect((await reached("https://blog.example.org/", "-H", `host: ${host}`)).name, host).toContain(unknown);
    expect(
      await curl("internet", "-o", "/dev/null", "-w", "%{http_code} %{content_type}", "https://unknown.example.org/"),
    ).toBe("404 text/html; charset=utf-8");
  });

  test("gets it without a Host as well, and over plain HTTP, and is not sent anywhere", async () => {
    expect((await reached("https://blog.example.org/", "--http1.0", "-H", "host:")).name).toBe(unknown);
    expect((await reached("http://unknown.example.org/")).name).toBe(unknown);
  });

  test("gets a certificate of the domain, and a known one its own", async () => {
    const names = async (host: string) => {
      const { stdout } = await door.machine.outside(
        ["openssl", "s_client", "-connect", `${addresses.machine}:443`, "-servername", host],
        { input: "" },
      );
      return /subject=CN ?= ?(.*)/.exec(stdout)?.[1];
    };
    expect(await names("unknown.example.org")).toBe("*.example.org");
    expect(await names("somewhere.test")).toBe("*.example.org");
    expect(await names("blog.example.org")).toBe("blog.example.org");
    expect(await names("example.org")).toBe("example.org");
  });
});

describe("plain HTTP", () => {
  test("is sent to HTTPS with path and query, keeping the method", async () => {
    expect(
      await curl(
        "internet",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code} %{redirect_url}",
        "http://Blog.example.org:80/a?b=c",
      ),
    ).toBe("308 https://blog.example.org/a?b=c");
  });

  test("is no way round what is private", async () => {
    expect((await reached("http://notes.example.org/")).name).toBe(unknown);
  });
});

describe("TLS", () => {
  test("is 1.2 or later", async () => {
    const version = async (...words: string[]) =>
      (await curl("internet", "-o", "/dev/null", "-w", "%{http_code}", ...words, "https://blog.example.org/")).trim();
    expect(await version("--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0")).toBe("000");
    expect(await version("--tls-max", "1.2")).toBe("200");
    expect(await version("--tlsv1.3")).toBe("200");
  });
});

describe("what a service learns of the visitor", () => {
  test("is the true address, the name asked for, and how", async () => {
    const { headers } = await reached("https://blog.example.org/");
    expect(headers).toMatchObject({
      host: "blog.example.org",
      "x-forwarded-for": addresses.internet,
      "x-real-ip": addresses.internet,
      "x-forwarded-proto": "https",
      "x-forwarded-host": "blog.example.org",
      "x-forwarded-port": "443",
    });
  });

  test("is never what the visitor claims", async () => {
    const claims = [
      "X-Forwarded-For",
      "x-forwarded-for",
      "X-FORWARDED-User",
      "X-Forwarded",
      "Forwarded",
      "X-Real-IP",
      "X_Forwarded_For",
      "X-Forwarded_For",
      "Proxy",
    ];
    const { headers } = await reached(
      "https://blog.example.org/",
      ...claims.flatMap((claim) => ["-H", `${claim}: 6.6.6.6`]),
    );
    expect(JSON.stringify(headers)).not.toContain("6.6.6.6");
    expect(headers["x-forwarded-for"]).toBe(addresses.internet);
  });

  test("cannot be taken away by calling it a header of the connection", async () => {
    const { headers } = await reached(
      "https://blog.example.org/",
      "--http1.1",
      "-H",
      "Connection: close, X-Forwarded-For",
    );
    expect(headers["x-forwarded-for"]).toBe(addresses.internet);
    expect(headers.connection ?? "").not.toMatch(/forwarded/i);
  });
});

describe("a private service", () => {
  test("answers at home", async () => {
    expect(JSON.parse(await curl("home", "https://notes.example.org/")).headers["x-forwarded-for"]).toBe(
      addresses.neighbour,
    );
  });

  test("is unknown elsewhere, and to other services, with the very same answer", async () => {
    const nobody = await curl("internet", "-i", "https://unknown.example.org/");
    expect(nobody).toContain(unknown);
    expect(await curl("internet", "-i", "https://notes.example.org/")).toBe(nobody);
    expect(await curl("service", "https://notes.example.org/")).toContain(unknown);
    expect(JSON.parse(await curl("service", "https://blog.example.org/")).name).toBe("container/blog/blog");
  });
});

describe("published ports", () => {
  const talk = async (where: "internet" | "home", port: number): Promise<string | undefined> => {
    const from = where === "internet" ? addresses.internet : addresses.neighbour;
    const to = where === "internet" ? addresses.machine : addresses.machineAtHome;
    return (await talkTo(["tcp", from, to, String(port)], ["hi"]))[0];
  };

  test("lead to the service's own port", async () => {
    expect(await talk("internet", 14190)).toBe(Buffer.from("hi").toString("hex"));
  });

  test("tell the visitor's address in a PROXY header of version 2 where the service takes one", async () => {
    const signature = "0d0a0d0a000d0a515549540a"; // https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt, 2.2
    const tcpOverIpv4 = "2111000c";
    const visitor = "c6336407"; // 198.51.100.7
    expect((await talk("internet", 993))?.slice(0, 40)).toBe(`${signature}${tcpOverIpv4}${visitor}`);
  });

  test("of a private service are closed to visitors from elsewhere", async () => {
    expect(await talk("internet", 22)).toBe("closed");
    expect(await talk("home", 22)).toBe(Buffer.from("hi").toString("hex"));
  });
});

describe("a WebSocket", () => {
  test("carries both ways", async () => {
    const words = ["tls", addresses.internet, addresses.machine, "443"];
    const [answer, ...echoes] = await talkTo(words, [upgradeOf("blog.example.org"), "one", "two"]);
    expect(answer).toMatch(/^HTTP\/1.1 101 /);
    expect(echoes).toEqual(["one", "two"]);
  });

  test("does so inside HTTP/2, where a browser has such a connection already", async () => {
    const words = [process.execPath, socketInHttp2, addresses.internet, addresses.machine] as const;
    expect((await door.machine.outside(words)).stdout).toBe("hello\n");
  });
});

describe("a service elsewhere", () => {
  test("is found by a name that is resolved while running", async () => {
    expect(await curl("internet", "https://nas.example.org/")).toContain(`${addresses.internet}:9100`);
  });

  test("whose certificate nobody vouches for gets nothing of what was meant for it", async () => {
    expect(await curl("internet", "https://router.example.org/")).toContain("Not answering right now");
  });
});

describe("the log", () => {
  test("says who asked whom for what, and no queries", async () => {
    await curl("internet", "https://example.org/photos/of?token=secret");
    await curl("internet", "https://example.org/", "-H", "host: a\\ttab\u001b[31m", "--http1.1");
    const line = door
      .log()
      .split("\n")
      .find((text) => text.includes("/photos/of"));
    expect(line).toMatch(/^198\.51\.100\.7 GET example\.org\/photos\/of HTTP\/2\.0 200 \d+ \d+ photos\.photos\/1 /);
    expect(door.log()).not.toContain("secret");
    expect(door.log()).not.toContain("\u001b");
  });

  test("has no complaint of the program about its configuration", () => {
    expect(door.log()).not.toMatch(/WARNING|ALERT/);
  });
});
