import { describe, expect, test } from "vitest";
import { samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import { exec } from "../lib/exec.ts";
import { plistText } from "./plist.ts";
import { authorityProfile, calendarProfile, mailProfile } from "./profiles.ts";
import { calendarService, mailService } from "./sample-services.ts";

const site = sampleSite([mailService, calendarService], { domain: "exämple.org" });

/** What Python's own reader of property lists makes of it, as JSON; bytes in hex. */
async function read(text: string): Promise<unknown> {
  const program =
    "import json,plistlib,sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read()), default=lambda b: b.hex()))";
  const { code, stdout, stderr } = await exec(["python3", "-c", program], { input: text, timeout: 20_000 });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe("a profile for Apple's devices", () => {
  test("sets up mail with TLS from the first byte on both ports", async () => {
    expect(await read(mailProfile(site)?.body ?? "")).toMatchObject({
      PayloadType: "Configuration",
      PayloadIdentifier: "org.exämple.freehold.profile.mail",
      PayloadContent: [
        {
          PayloadType: "com.apple.mail.managed",
          EmailAccountType: "EmailTypeIMAP",
          IncomingMailServerHostName: "mail.example.org",
          IncomingMailServerPortNumber: 993,
          IncomingMailServerUseSSL: true,
          OutgoingMailServerPortNumber: 465,
          OutgoingMailServerUseSSL: true,
          OutgoingPasswordSameAsIncomingPassword: true,
        },
      ],
    });
  });

  test("sets up calendars and contacts, at the front door's port", async () => {
    const front = { addresses: ["0.0.0.0"], http: 8080, https: 8443 };
    expect(await read(calendarProfile({ ...site, front })?.body ?? "")).toMatchObject({
      PayloadContent: [
        { CalDAVHostName: "calendar.example.org", CalDAVPort: 8443, CalDAVUseSSL: true },
        { CardDAVHostName: "calendar.example.org", CardDAVPort: 8443, CardDAVUseSSL: true },
      ],
    });
  });

  test("brings the authority's certificate as it is", async () => {
    const pem = "-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----\n";
    expect(await read(authorityProfile(site, pem)?.body ?? "")).toMatchObject({
      PayloadContent: [{ PayloadType: "com.apple.security.root", PayloadContent: "300a" }],
    });
  });

  test("is the same each time, so that it replaces itself, and has an id of its own for each of its parts", async () => {
    expect(calendarProfile(site)).toEqual(calendarProfile(site));
    const ids = (calendarProfile(site)?.body ?? "").match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
    expect(new Set(ids).size).toBe(3);
  });

  test("is there only for what the site has", () => {
    const empty = sampleSite([sampleService("wiki"), { ...mailService, stage: "retired" }]);
    expect([mailProfile(empty), calendarProfile(empty), authorityProfile(empty, undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const closed = sampleSite([
      sampleService("mail", { parts: [samplePart("imap", { ports: mailService.parts[0]?.ports ?? [] })] }),
    ]);
    expect(mailProfile(closed)).toBeUndefined();
  });
});

test("a property list holds whatever text there is", async () => {
  const text = "a<b>&amp;\"'</string>\u0000\u0007\ud800 ü 🙂 ]]>";
  expect(await read(plistText({ [text]: [text, 1, true] }))).toEqual({
    "a<b>&amp;\"'</string>\ufffd ü 🙂 ]]>": ["a<b>&amp;\"'</string>\ufffd ü 🙂 ]]>", 1, true],
  });
});
