import { sampleExposure, samplePart, sampleService } from "../features/sample-site.ts";
import type { Part, Port } from "../site/site.ts";

/** A part for tests that runs an image which freehold maintains. */
export function ownPart(name: string, image: string, rest: Partial<Part> = {}): Part {
  const context = { source: `/images/${image}`, digest: image.padEnd(64, "0"), size: 1 };
  return samplePart(name, { image: { from: "build", name: `freehold/${image}`, context }, ...rest });
}

/** A published port for tests. */
export function samplePort(name: string, published: number): Port {
  return { name, port: published, published, protocol: "tcp", clientAddress: "none" };
}

/** Mail for tests: `mail.example.org`, public. */
export const mailService = sampleService("mail", {
  title: "Mail",
  parts: [
    samplePart("imap", { ports: [samplePort("imaps", 993)] }),
    samplePart("smtp", { ports: [samplePort("smtp", 25), samplePort("submissions", 465)] }),
  ],
  expose: [{ host: "mail.example.org", path: "/", to: "public" }],
});

/** A calendar for tests: `calendar.example.org`, private. */
export const calendarService = sampleService("calendar", {
  title: "Calendar",
  parts: [ownPart("calendar", "calendar")],
  expose: [sampleExposure("calendar.example.org", "calendar", { to: "private" })],
});
