import { describe, expect, test } from "vitest";
import { sampleExposure, sampleService, sampleSite } from "../features/sample-site.ts";
import { exec } from "../lib/exec.ts";
import { problem } from "../lib/problem.ts";
import type { SiteStatus, State } from "../observe/status.ts";
import type { Site } from "../site/site.ts";
import type { Answer, Asked } from "./answer.ts";
import { answerStart, type StartSources } from "./answers.ts";
import { calendarService, mailService, ownPart, samplePort } from "./sample-services.ts";
import { createTries } from "./tries.ts";

const code = "7k3m-92qa-x4wd-0hfe-58rt-gn2c-vz6p";
const nasty = '<script>alert("1")</script>&';

const chat = sampleService("chat", {
  title: "Chat",
  parts: [ownPart("chat", "chat", { ports: [samplePort("xmpp-client", 5222)] })],
  expose: [sampleExposure("chat.example.org", "chat")],
});
const wiki = sampleService("wiki", { title: nasty, expose: [sampleExposure("wiki.example.org", "wiki")] });
const site = sampleSite([calendarService, chat, mailService, wiki], { domains: ["example.net"] });

function statusOf({ name, services }: Site, state: State = "healthy"): SiteStatus {
  const all = services.map((service) => ({
    name: service.name,
    title: service.title,
    state,
    urls: service.expose.map(({ host }) => `https://${host}/`),
    to: service.expose[0]?.to ?? ("nobody" as const),
    held: false,
    elsewhere: false,
    parts: [],
  }));
  return { name, services: all, front: [] };
}

/** One visitor: how a request is answered, and what passwords were set. */
function visitor(rest: Partial<StartSources> = {}) {
  const set: string[] = [];
  const sources: StartSources = {
    site: async () => site,
    status: statusOf,
    origin: async () => ({ held: [] }),
    metrics: async () => undefined,
    authority: async () => "-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----\n",
    invitations: {
      find: async (given) => (given === code && set.length === 0 ? { name: "ada", title: nasty, until: 0 } : undefined),
      use: async (_code, password) => {
        set.push(password);
        return "set";
      },
    },
    tries: createTries(() => 0),
    ...rest,
  };
  const ask = (path: string, more: Partial<Asked> = {}): Promise<Answer> => {
    const [before = "", query = ""] = path.split("?");
    const plain = { method: "GET", query, body: "", host: "start.example.org", origin: "", fetchSite: "" };
    return answerStart(sources, { ...plain, path: before, ...more });
  };
  const post = (body: Readonly<Record<string, string>>, more: Partial<Asked> = {}) =>
    ask("/invite", { method: "POST", body: new URLSearchParams(body).toString(), ...more });
  return { set, ask, post };
}

describe("the start page", () => {
  test("shows each service with its address, who may come, how it is, and how to set up devices", async () => {
    const { status, body } = await visitor().ask("/");
    expect(status).toBe(200);
    expect(body).toContain('<a href="https://calendar.example.org/">calendar.example.org</a>');
    expect(body).toContain("at home and over the VPN");
    expect(body).toContain("All 4 services are healthy.");
    for (const text of [
      "mail.example.org, port 993",
      "mail.example.org, port 465",
      "NAME@example.org",
      "5222 with STARTTLS",
    ])
      expect(body).toContain(text);
    expect(body).toContain('href="/mail.mobileconfig"');
    // what speaks with programs only is no link
    expect(body).not.toContain('href="https://chat.example.org');
  });

  test("says what is not healthy first", async () => {
    const { body } = await visitor({ status: (known) => statusOf(known, "unhealthy") }).ask("/");
    expect(body).toContain("Calendar is unhealthy. Chat is unhealthy.");
    expect(body).toContain('<span aria-hidden="true">✖</span> unhealthy');
  });

  test("never shows what somebody wrote as anything but text, and has no script", async () => {
    const { ask, post } = visitor();
    const pages = await Promise.all([
      ask("/"),
      ask(`/invite?code=${code}`),
      post({ code, password: nasty, again: "" }),
    ]);
    for (const { body, headers } of pages) {
      expect(body).not.toContain("<script");
      expect(headers?.["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-/);
    }
  });

  test("says that it is not ready, and that there is nothing, as what it is", async () => {
    expect((await visitor({ status: () => undefined }).ask("/")).status).toBe(503);
    expect((await visitor({ site: async () => undefined }).ask("/")).status).toBe(503);
    expect((await visitor().ask("/nothing")).status).toBe(404);
    expect((await visitor().ask("/", { method: "POST" })).status).toBe(405);
    expect((await visitor({ authority: async () => undefined }).ask("/authority.crt")).status).toBe(404);
  });

  test("is at its own host only: nobody finds it by the names that are open to everybody", async () => {
    for (const host of [
      "autoconfig.example.org",
      "autodiscover.example.org",
      "example.org",
      "start.example.net",
      "x",
      "",
    ])
      for (const path of ["/", "/invite", "/authority.crt"])
        expect((await visitor().ask(path, { host })).status).toBe(404);
    expect((await visitor().ask("/", { host: "START.example.org.:8443" })).status).toBe(200);
  });
});

describe("an invitation", () => {
  test("asks for its code, then for a password, sets it, and then is no more", async () => {
    const { ask, post, set } = visitor();
    expect((await ask("/invite")).body).toContain('name="code"');
    expect((await ask(`/invite?code=${code}`)).body).toContain('autocomplete="new-password"');
    const done = await post({ code, password: "correct horse", again: "correct horse" });
    expect([done.status, done.headers?.location, set]).toEqual([303, "/invite/done", ["correct horse"]]);
    expect((await ask("/invite/done")).body).toContain("Your password is set");
    expect((await ask(`/invite?code=${code}`)).status).toBe(404);
    expect((await post({ code, password: "another horse", again: "another horse" })).status).toBe(404);
    expect(set).toEqual(["correct horse"]);
  });

  test.each([
    ["short", "short", "Expected at least 10 characters, got 5."],
    ["correct horse", "correct house", "Expected the same password twice, got two."],
    ["a\tb correct horse", "a\tb correct horse", "Expected a password without control characters."],
    ["x".repeat(1001), "x".repeat(1001), "Expected at most 1000 characters, got 1001."],
  ])("a password that will not do (%j) is said, and may be tried again", async (password, again, sentence) => {
    const { post, set } = visitor();
    const { status, body } = await post({ code, password, again });
    expect([status, set]).toEqual([422, []]);
    expect(body).toContain(sentence);
    expect(body).toContain(code);
  });

  test("is used on its own page only", async () => {
    const { post, set } = visitor();
    const body = { code, password: "correct horse", again: "correct horse" };
    for (const from of [
      { fetchSite: "cross-site" },
      { fetchSite: "same-site" },
      { origin: "https://blog.example.org" },
      { origin: "null" },
    ])
      expect((await post(body, from)).status).toBe(403);
    expect(set).toEqual([]);
    expect((await post(body, { fetchSite: "same-origin", origin: "https://start.example.org" })).status).toBe(303);
  });

  test("cannot be guessed quickly: after 20 wrong codes nobody tries for a minute", async () => {
    let now = 0;
    const { ask } = visitor({ tries: createTries(() => now) });
    for (let index = 0; index < 20; index++) expect((await ask("/invite?code=wrong")).status).toBe(404);
    expect((await ask("/invite?code=wrong")).status).toBe(429);
    expect((await ask(`/invite?code=${code}`)).status).toBe(429);
    now = 60_000;
    expect((await ask(`/invite?code=${code}`)).status).toBe(200);
  });
});

describe("mail programs that set themselves up", () => {
  /** The words of documents, which Python's XML reader must accept. */
  const wellFormed = async (...bodies: readonly string[]) => {
    const program =
      "import json,sys,xml.etree.ElementTree as e\n" +
      "for body in json.load(sys.stdin): print(e.tostring(e.fromstring(body.encode()), method='text').decode())";
    const { stdout, stderr } = await exec(["python3", "-c", program], {
      input: JSON.stringify(bodies),
      timeout: 20_000,
    });
    expect(stderr).toBe("");
    return stdout.split(/\s+/).filter((word) => word !== "");
  };
  const outlook = (address: string) => ({
    host: "autodiscover.example.org",
    method: "POST",
    body: `<Autodiscover><Request><EMailAddress>${address}</EMailAddress></Request></Autodiscover>`,
  });

  test.each(["example.org", "example.net"])("Thunderbird finds the servers of %s", async (domain) => {
    const { status, body } = await visitor().ask("/mail/config-v1.1.xml?emailaddress=ada@x", {
      host: `autoconfig.${domain}`,
    });
    expect(status).toBe(200);
    const words = await wellFormed(body);
    expect(words.filter((word) => /\d|%|SSL/.test(word))).toEqual([
      "993",
      "SSL",
      "%EMAILADDRESS%",
      "465",
      "SSL",
      "%EMAILADDRESS%",
    ]);
    expect(words).toContain(domain);
  });

  test("Outlook does, in whatever case it writes the path, and hears its user's name", async () => {
    const { status, body } = await visitor().ask("/Autodiscover/Autodiscover.xml", outlook("ada@example.org"));
    expect(status).toBe(200);
    expect(await wellFormed(body)).toEqual(
      expect.arrayContaining(["IMAP", "993", "SMTP", "465", "ada@example.org", "settings"]),
    );
  });

  test("what somebody claims to be is text, or nothing", async () => {
    const addresses = ["a\"'>@example.org", "&x;@example.org", "<!ENTITY", "ada@elsewhere.org", "@", ""];
    const answers = await Promise.all(
      addresses.map((address) => visitor().ask("/autodiscover/autodiscover.xml", outlook(address))),
    );
    for (const { body } of answers) expect(body).not.toContain("&x;");
    await wellFormed(...answers.map(({ body }) => body));
  });

  test("nobody else is answered there, and without mail nobody is", async () => {
    const host = "autoconfig.example.org";
    expect((await visitor().ask("/", { host })).status).toBe(404);
    expect((await visitor().ask("/mail/config-v1.1.xml", { host, method: "POST" })).status).toBe(405);
    expect((await visitor().ask("/autodiscover/autodiscover.xml", { host: "autodiscover.example.org" })).status).toBe(
      405,
    );
    const none = visitor({ site: async () => sampleSite([calendarService]) });
    expect((await none.ask("/mail/config-v1.1.xml", { host })).status).toBe(404);
  });
});

describe("what the start page tells of changes", () => {
  const revision = {
    commit: "0123456789abcdef0123456789abcdef01234567",
    parents: [],
    author: { name: nasty, email: "ada@example.org" },
    authoredAt: Date.UTC(2026, 2, 14, 9, 26),
    subject: `Feeds ${nasty}`,
    body: "",
    signer: { name: "ada", key: "SHA256:x", by: "ssh" as const },
  };
  const refusal = problem("UNSIGNED", `expected a signature, got ${nasty}`);

  test("is who changed what last, and when; never a mail address", async () => {
    const { body } = await visitor({ origin: async () => ({ revision, held: [] }) }).ask("/");
    expect(body).toContain('<time datetime="2026-03-14T09:26:00.000Z">2026-03-14 09:26 UTC</time>');
    expect(body).toContain("0123456");
    expect(body).not.toContain("<script>");
    expect(body).not.toContain("ada@example.org");
  });

  test("is also that a newer one was refused, and whose last change went wrong", async () => {
    const refused = { commit: "f".repeat(40), at: 0, problem: refusal };
    const held = [{ service: "wiki", since: 0, problem: refusal, runs: "old" as const, isKept: false }];
    const { body } = await visitor({ origin: async () => ({ refused, held }) }).ask("/");
    expect(body).toContain("A newer change was refused: expected a signature, got");
    expect(body.split("<section").find((part) => part.includes('id="wiki"'))).toContain("It runs as before");
    expect(body.split("<section").find((part) => part.includes('id="chat"'))).not.toContain("It runs as before");
    expect(body).not.toContain("<script>");
  });
});
