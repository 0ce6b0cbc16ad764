import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningContainer } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { createMail, type MailWorld } from "../world/mail.ts";
import { addresses } from "../world/network.ts";
import { makePerson, type TestPerson } from "../world/person.ts";
import { eventually } from "../world/wait.ts";

let mail: MailWorld;
let ada: TestPerson;
let ben: TestPerson;
let visitor: number;

beforeAll(async () => {
  mail = await createMail();
  ada = mail.site.ada;
  ben = mail.site.ben;
  visitor = 0;
});
afterAll(endMachines);

/** A text that no other message has. */
function words(about: string): string {
  visitor += 1;
  return `${about} ${process.pid}-${visitor}`;
}

/** Sends to us as another server does. */
function fromOutside(to: string, text: string, more: readonly string[] = []) {
  return mail.swaks(25, ["--from", "joe@elsewhere.example", "--to", to, "--body", text, ...withId(), ...more]);
}

/** swaks gives its messages the name of the machine that it runs on, which is none of the internet. */
function withId(): readonly string[] {
  return ["--header", `Message-Id: <${visitor}.${Date.now()}@elsewhere.example>`];
}

test.each([
  ["smtp", 25],
  ["smtps", 465],
  ["smtp", 587],
  ["imaps", 993],
] as const)("%s on port %i answers those who come over IPv6", async (scheme, port) => {
  const login = port === 25 ? [] : ["--ssl-reqd", "-u", `ada:${ada.password}`];
  const words = ["--cacert", mail.site.authority, "--connect-to", "::[::1]:", ...login];
  const url = `${scheme}://mail.example.org:${port}/`;
  expect(await mail.machine.exec(["curl", "-q", "-sS", ...words, url, "-X", "NOOP"])).toMatchObject({ code: 0 });
});

describe("mail from another server", () => {
  test.each([
    ["ada@example.org"],
    ["lovelace@example.org"],
    ["LoveLace@Example.ORG"],
    ["ada+shop@example.org"],
    ["postmaster@example.org"],
  ])("to %s reaches ada", async (address) => {
    const text = words("hello");
    expect(await fromOutside(address, text)).toMatchObject({ code: 0 });
    await mail.arrived(ada, text);
  });

  test("to a group reaches each of its people", async () => {
    const text = words("all of you");
    await fromOutside("family@example.org", text);
    await Promise.all([mail.arrived(ada, text), mail.arrived(ben, text)]);
  });

  test("is refused at the door for somebody who is not there", async () => {
    expect((await fromOutside("nobody@example.org", words("lost"))).stdout).toMatch(/RCPT TO.*\n<\*\* 550 5\.1\.1/);
  });

  test.each([
    "x@gmail.example",
    "x%elsewhere.example@example.org",
    "@example.org:x@elsewhere.example",
    "x!y@mail.example.org",
  ])("is not handed on to %s", async (address) => {
    const { stdout } = await mail.swaks(25, [
      "--from",
      "joe@elsewhere.example",
      "--to",
      address,
      "--quit-after",
      "RCPT",
    ]);
    expect(stdout).toMatch(/<\*\* [45]\d\d/);
    expect(stdout).not.toMatch(/ -> RCPT TO[^\n]*\n<-\s+250/);
  });

  test("is refused when it says that it is one of us", async () => {
    const { stdout } = await mail.swaks(25, ["--from", "ben@example.org", "--to", "ada@example.org"]);
    expect(stdout).toMatch(/<\*\* 554 5\.7\.1 .*log in to send from this domain/);
  });

  test("is refused with the text that every filter must know (GTUBE)", async () => {
    const gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
    expect((await fromOutside("ada@example.org", gtube)).stdout).toMatch(/<\*\* 55\d 5\.7\.1/);
  });

  test("of doubtful looks is asked to come again, an ordinary one never", async () => {
    const { stdout } = await mail.swaks(25, [
      ...["--from", "joe@plain.example", "--to", "ada@example.org", "--local-interface", "198.51.100.99"],
      ...["--helo", "plain.example", "--body", words("perhaps"), ...withId()],
    ]);
    expect(stdout).toMatch(/<\*\* 451 4\.7\.1 Please try again/);
  });

  test("shows its true sender's address in the log of each part, whatever a neighbour may claim", async () => {
    const text = words("whence");
    await fromOutside("ada@example.org", text);
    expect(await mail.log("smtp")).toContain(`connect from mx.elsewhere.example[${addresses.internet}]`);
    await eventually("the address in the filter's log", async () =>
      (await mail.log("filter")).includes(`client: ${addresses.internet}`) ? true : undefined,
    );
  });
});

describe("the owner's list of those whom nobody wants to hear from", () => {
  test("is kept at the door", async () => {
    const file = join(mail.machine.site, "services/mail.yaml");
    const text = await readFile(file, "utf8");
    await mail.site.write({
      "files/denied-senders": "# tiresome\nspam.elsewhere.example\nann@elsewhere.example\n",
      "services/mail.yaml": text.replace("    # files:", "    files:"),
    });
    await mail.site.mustUp();
    const senders = ["x@spam.elsewhere.example", "x@a.spam.elsewhere.example", "Ann@elsewhere.example"];
    const told = await Promise.all(
      senders.map((sender) => mail.swaks(25, ["--from", sender, "--to", "ada@example.org"])),
    );
    for (const { stdout } of told) expect(stdout).toMatch(/<\*\* 554 5\.7\.1 .*not wanted here/);
    expect(await fromOutside("ada@example.org", words("wanted"), ["--tls"])).toMatchObject({ code: 0 });
  });
});

describe("the parts", () => {
  test("can do no more than they must", async () => {
    const held = await Promise.all(
      ["smtp", "imap", "filter", "store"].map(async (part) => {
        const { pid } = await runningContainer(mail.machine, `lab.mail.${part}`);
        const status = await readFile(`/proc/${pid}/status`, "utf8");
        const [effective, bounding, stuck] = ["CapEff", "CapBnd", "NoNewPrivs"].map(
          (name) => new RegExp(`^${name}:\\s*(\\w+)`, "m").exec(status)?.[1],
        );
        return [part, effective, bounding, stuck];
      }),
    );
    const none = "0".repeat(16);
    const changeUser = "00000000000000c0"; // CAP_SETGID and CAP_SETUID, capabilities(7)
    expect(held).toEqual([
      ["smtp", changeUser, changeUser, "1"],
      ["imap", none, none, "1"],
      ["filter", none, none, "1"],
      ["store", none, none, "1"],
    ]);
  });

  test("are read as one log, in the order of time", async () => {
    const printed = await mail.site.must(["logs", "mail", "--json", "--since", "1d"]);
    const lines = printed
      .trimEnd()
      .split("\n")
      .map((line): { at: string; part: string } => JSON.parse(line));
    const times = lines.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    expect([...new Set(lines.map(({ part }) => part))].sort()).toEqual(["filter", "imap", "smtp", "store"]);
  });

  test("fit into 512 MB by what they are allowed, and into much less by what they take", async () => {
    const text = await readFile(join(mail.machine.site, "services/mail.yaml"), "utf8");
    const limits = [...text.matchAll(/memory: (\d+)M/g)].map(([, megabytes]) => Number(megabytes));
    expect([limits.length, limits.reduce((sum, each) => sum + each, 0)]).toEqual([4, 512]);
    const status: { services: { name: string; memory: number }[] } = JSON.parse(
      await mail.site.must(["status", "--json"]),
    );
    const taken = status.services.find(({ name }) => name === "mail")?.memory ?? 0;
    expect(taken).toBeGreaterThan(20e6);
    expect(taken).toBeLessThan(200e6);
  });

  test("believe nobody but the front door about who comes", async () => {
    const claim = (part: string, port: number, address: string, lines: readonly string[]) => {
      const script =
        'exec 3<>"/dev/tcp/$0/$1"; printf "PROXY TCP4 %s 10.0.0.1 4000 25\\r\\n" "$2" >&3; shift 2; for line; do sleep 1; printf "%s\\r\\n" "$line" >&3; done; timeout 3 cat <&3; true';
      const words = ["bash", "-c", script, part, `${port}`, address, ...lines];
      return mail.machine.freehold(["exec", "mail/filter", "--", ...words]);
    };
    const script = ["EHLO x.example", "MAIL FROM:<joe@elsewhere.example>", "RCPT TO:<joe@elsewhere.example>"];
    const [imap, door, inner] = await Promise.all([
      claim("imap", 10143, "203.0.113.66", ["a CAPABILITY"]),
      claim("smtp", 10025, "127.0.0.1", script),
      claim("smtp", 10026, "127.0.0.1", script),
    ]);
    expect(imap.stdout).not.toContain("CAPABILITY");
    expect(door.stdout).toMatch(/\n554 5\.7\.1 .*Relay access denied/);
    expect(inner.stdout).not.toMatch(/\n250 2\.1\.5/);
  });
});

describe("a person's program", () => {
  test.each([
    [587, "--tls"],
    [465, "--tls-on-connect"],
  ])("sends on port %i, and what arrives is signed and says nothing about the home", async (port, encryption) => {
    const text = words("to the world");
    const sent = await mail.swaks(port, [
      encryption,
      ...mail.as(ada),
      "--helo",
      "laptop.at.home",
      "--to",
      "joe@elsewhere.example",
      "--body",
      text,
    ]);
    expect(sent).toMatchObject({ code: 0 });
    const message = await mail.received(text);
    const file = join(mail.machine.disk, "message");
    await writeFile(file, message.replace(/^X-(Peer|MailFrom|RcptTo):.*\n/gm, "").replaceAll("\n", "\r\n"));
    const { stdout } = await mail.machine.exec(["sh", "-c", `dkimverify <${file}`]);
    expect(stdout).toBe("signature ok\n");
    expect(message).toMatch(/c=relaxed\/relaxed; d=example\.org; s=freehold/);
    expect(message).not.toContain(addresses.internet);
    expect(message).not.toContain("laptop.at.home");
  });

  test("sends to people of the house, under each of one's own addresses, with the name or an address as login", async () => {
    const text = words("inside");
    const login = ["--auth", "LOGIN", "--auth-user", "lovelace@example.org", "--auth-password", ada.password];
    const { code } = await mail.swaks(587, [
      "--tls",
      ...login,
      "--from",
      "lovelace@example.org",
      "--to",
      "ben@example.org",
      "--body",
      text,
    ]);
    expect(code).toBe(0);
    expect(await mail.arrived(ben, text)).toContain("DKIM-Signature: v=1;");
  });

  test("cannot send as somebody else, neither on the envelope nor in the letter", async () => {
    const envelope = await mail.swaks(587, [
      "--tls",
      ...mail.as(ben, "ada@example.org"),
      "--to",
      "joe@elsewhere.example",
    ]);
    expect(envelope.stdout).toMatch(/<~\* 553 5\.7\.1 .*not owned by user ben/);
    const letter = await mail.swaks(587, [
      "--tls",
      ...mail.as(ben),
      "--to",
      "joe@elsewhere.example",
      "--h-From",
      "Ada <ada@example.org>",
    ]);
    expect(letter.stdout).toMatch(/<~\* 55\d 5\.7\.1 .*your own address/);
    const nobody = await mail.swaks(587, [
      "--tls",
      ...mail.as(ben, "invented@example.org"),
      "--to",
      "joe@elsewhere.example",
    ]);
    expect(nobody.stdout).toMatch(/<~\* 553 5\.7\.1/);
  });

  test("is refused with another's password, the hash of one's own, or none", async () => {
    const letter = ["--tls", "--from", "ada@example.org", "--to", "joe@elsewhere.example"];
    const login = (password: string) => ["--auth", "PLAIN", "--auth-user", "ada", "--auth-password", password];
    const [another, hash, none] = await Promise.all([
      mail.swaks(587, [...letter, ...login(ben.password)]),
      mail.swaks(587, [...letter, ...login(ada.hash)]),
      mail.swaks(587, ["--tls", "--from", "ada@example.org", "--to", "ben@example.org"]),
    ]);
    for (const { stdout } of [another, hash]) expect(stdout).toMatch(/<~\* 535 5\.7\.8/);
    expect(none.stdout).toMatch(/<~\* 554 5\.7\.1 .*Access denied/);
  });

  test("is not let in before it encrypts, however it asks", async () => {
    const login = Buffer.from(`\0ada\0${ada.password}`).toString("base64");
    const [polite, submission, imap, smtp] = await Promise.all([
      mail.swaks(587, [...mail.as(ada), "--to", "ben@example.org"]),
      say(587, ["EHLO laptop", `AUTH PLAIN ${login}`]),
      say(143, [`a LOGIN ada ${ada.password}`]),
      say(25, ["EHLO laptop", `AUTH PLAIN ${login}`]),
    ]);
    expect(polite.stderr + polite.stdout).toContain("Host did not advertise authentication");
    expect(submission).toMatch(/\n5\d\d 5\.\d\.\d [^\n]*\r?\n$/);
    expect(imap).toContain("a NO [PRIVACYREQUIRED]");
    expect(smtp).toMatch(/\n503 5\.5\.1/);
  });

  test("reads with STARTTLS as well", async () => {
    const { code } = await mail.curl(["--ssl-reqd", "-u", `ada:${ada.password}`, "imap://mail.example.org/INBOX"]);
    expect(code).toBe(0);
  });

  test("reads one's own folders alone", async () => {
    const ways = [
      [`ben:${ben.password}`, "%2Fvar%2Flib%2Fmail%2Fada%2FMaildir"],
      [`ben:${ben.password}`, "..%2F..%2Fada%2FMaildir"],
      [`ben:${ben.password}`, "~ada%2FMaildir"],
      [`ada*ben:${ben.password}`, "INBOX"],
    ] as const;
    await Promise.all(
      ways.map(async ([login, path]) => {
        const { code } = await mail.curl(["-u", login, `imaps://mail.example.org/${path}`, "-X", "SEARCH ALL"]);
        expect(code, `${login} ${path}`).not.toBe(0);
      }),
    );
    const folders = await mail.curl(["-u", `ben:${ben.password}`, "imaps://mail.example.org/"]);
    expect(folders.stdout).not.toContain("ada");
  });

  test("is seen in the mailboxes' log under its true address", async () => {
    await mail.mailbox(ada);
    expect(await mail.log("imap")).toMatch(
      new RegExp(`Logged in: user=<ada>.* rip=${addresses.router.replaceAll(".", "\\.")},`),
    );
  });
});

describe("rules", () => {
  test("that a person puts there sort mail as it comes", async () => {
    const rule = join(mail.machine.disk, "shop.sieve");
    await writeFile(
      rule,
      'require ["copy", "fileinto", "mailbox"];\nif header :contains "subject" "[shop]" { fileinto :create "Shop"; }\nif header :contains "subject" "[forward]" { redirect :copy "joe@elsewhere.example"; }\n',
    );
    const sieve = (more: readonly string[]) =>
      mail.machine.outside(
        [
          "sieve-connect",
          "--server",
          addresses.machine,
          "--port",
          "4190",
          "--user",
          "ada",
          "--passwordfd",
          "0",
          "--notlsverify",
          ...more,
        ],
        { input: `${ada.password}\n` },
      );
    expect(await sieve(["--localsieve", rule, "--remotesieve", "shop", "--upload"])).toMatchObject({ code: 0 });
    expect(await sieve(["--remotesieve", "shop", "--activate"])).toMatchObject({ code: 0 });
    const text = words("an order");
    await fromOutside("ada@example.org", text, ["--h-Subject", "[shop] Your order"]);
    await mail.arrived(ada, text, "Shop");

    const away = words("while away");
    await fromOutside("ada@example.org", away, ["--h-Subject", "[forward] please"]);
    expect(await mail.received(away)).toContain("X-MailFrom: ada@example.org");
    await mail.arrived(ada, away);
  });
});

describe("a program that keeps a copy of everything", () => {
  test("has it all, and what is put there comes back to the next one", async () => {
    const config = join(mail.machine.disk, "mbsyncrc");
    const copy = (name: string): string => join(mail.machine.disk, name);
    const account = `IMAPAccount home\nHost ${addresses.machine}\nUser ben\nPass ${ben.password}\nSSLType IMAPS\nCertificateFile ${copy("server.pem")}\n`;
    const channel = (name: string): string =>
      `MaildirStore ${name}\nPath ${copy(name)}/\nInbox ${copy(name)}/INBOX\nSubFolders Verbatim\n\nChannel ${name}\nFar :home:\nNear :${name}:\nPatterns INBOX Drafts\nCreate Near\nSyncState *\n`;
    const store = "IMAPStore home\nAccount home\n";
    await writeFile(config, `${account}\n${store}\n${channel("laptop")}\n${channel("desk")}`);
    const seen = await mail.machine.outside(["openssl", "s_client", "-connect", `${addresses.machine}:993`], {
      input: "",
    });
    await writeFile(
      copy("server.pem"),
      seen.stdout.slice(seen.stdout.indexOf("-----BEGIN")).replace(/(END CERTIFICATE-----)[\s\S]+/, "$1\n"),
    );
    for (const name of ["laptop", "desk"]) await mkdir(copy(name), { recursive: true });
    const sync = async (name: string): Promise<void> => {
      const { code, stderr } = await mail.machine.outside(["mbsync", "-c", config, name]);
      expect([code, stderr]).toEqual([0, ""]);
    };
    await sync("laptop");
    const draft = words("a draft");
    await writeFile(join(copy("laptop"), "Drafts/new/1.draft"), `From: ben@example.org\nSubject: Later\n\n${draft}\n`);
    await sync("laptop");
    await sync("desk");
    const [name = ""] = await readdir(join(copy("desk"), "Drafts/new"));
    expect(await readFile(join(copy("desk"), "Drafts/new", name), "utf8")).toContain(draft);
  });
});

describe("a person who leaves", () => {
  test("is refused at once, also where a connection is open; those who stay keep theirs; the mailbox is there for a return", async () => {
    const staying = await idle(ada);
    const eve = await makePerson("eve", join(mail.machine.disk, "devices"));
    await mail.people([ada, ben, eve]);
    const text = words("to eve");
    await eventually("mail to be taken for eve", async () =>
      (await fromOutside("eve@example.org", text)).code === 0 ? true : undefined,
    );
    await mail.arrived(eve, text);
    const open = await idle(eve);
    const sending = await loggedIn(eve);
    expect(await sending.sender()).toMatch(/^250/);

    await mail.people([ada, ben]);
    await Promise.all([
      eventually("the open connection to end", async () => (open.ended() ? true : undefined), 15_000),
      eventually("the one who had logged in to send to be refused", async () =>
        /^553 .*not owned by user eve/.test(await sending.sender()) ? true : undefined,
      ),
      eventually("mail for eve to be refused", async () =>
        /<\*\* 550 5\.1\.1/.test((await fromOutside("eve@example.org", words("too late"))).stdout) ? true : undefined,
      ),
    ]);
    const [, { stdout }] = await Promise.all([
      expect(mail.mailbox(eve)).rejects.toThrow(),
      mail.swaks(587, ["--tls", ...mail.as(eve), "--to", "ada@example.org"]),
    ]);
    expect(stdout).toMatch(/<~\* 535/);

    await mail.people([ada, ben, eve]);
    await mail.arrived(eve, text);
    expect(staying.ended()).toBe(false);
    staying.end();
  });
});

/** What a port says to lines that are sent one after the other, each a second later. */
async function say(port: number, lines: readonly string[]): Promise<string> {
  const script =
    'exec 3<>"/dev/tcp/$0/$1"; shift; for line; do sleep 1; printf "%s\\r\\n" "$line" >&3; done; timeout 2 cat <&3';
  const { stdout } = await mail.machine.outside(["bash", "-c", script, addresses.machine, `${port}`, ...lines]);
  return stdout;
}

/** An IMAP connection from outside that waits for mail. */
async function idle(person: TestPerson): Promise<{ ended(): boolean; end(): void }> {
  const words = ["s_client", "-quiet", "-CAfile", mail.site.authority, "-connect", `${addresses.machine}:993`];
  const connection = mail.machine.startOutside(["openssl", ...words]);
  let said = "";
  connection.stdout?.on("data", (text) => {
    said += text;
  });
  connection.stdin?.write(`a LOGIN ${person.name} ${person.password}\r\nb SELECT INBOX\r\nc IDLE\r\n`);
  await eventually("the connection to wait", async () => (said.includes("+ idling") ? true : undefined));
  return { ended: () => connection.exitCode !== null, end: () => connection.kill() };
}

/** A connection from outside that has logged in to send; each `sender` says what the server answers to a letter that begins. */
async function loggedIn(person: TestPerson): Promise<{ sender(): Promise<string> }> {
  const script = `import smtplib, sys
host, name, password = sys.argv[1:]
server = smtplib.SMTP(host, 587)
server.starttls()
server.login(name, password)
for line in sys.stdin:
    code, text = server.mail(name + "@example.org")
    if code == 250:
        code, text = server.rcpt("joe@elsewhere.example")
    print(code, text.decode().replace("\\n", " "), flush=True)
    server.rset()
`;
  const words = ["-c", script, addresses.machine, person.name, person.password];
  const child = mail.machine.startOutside(["/usr/bin/python3", ...words]);
  if (child.stdout === null) throw new Error("expected an output to read");
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    sender: async () => {
      child.stdin?.write("\n");
      const { value } = await answers.next();
      return `${value}`;
    },
  };
}
