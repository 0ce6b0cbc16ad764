import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../lib/problem.ts";
import { type Files, loadFiles } from "./cases/case.ts";
import { mistakesOf } from "./issues.ts";
import { jsonSchemas } from "./json-schema.ts";
import { parse } from "./parse.ts";
import { located } from "./place.ts";
import { serviceSchema } from "./schema/service.ts";

/** FREEHOLD_FUZZ=20 tries twenty times as often. */
function runs(usual: number): number {
  return usual * Number(process.env.FREEHOLD_FUZZ ?? 1);
}

const good = [
  "title: Passwords",
  "image: docker.io/vaultwarden/server:1.34.3",
  "port: 80",
  "ports: {imaps: {port: 993, client-address: proxy-v2}}",
  "expose:",
  "  - host: vault.example.org",
  "    to: private",
  'env: {SIGNUPS_ALLOWED: "false", N: 1.10}',
  "state: {data: /data}",
  "scratch: [/tmp]",
  "reach: [internet, other:80]",
  'records: ["@ MX 10 vault", "_x._tcp SRV 0 5 5222 vault", "a._domainkey TXT v=DKIM1; p=AA=="]',
  "people: {path: /run/people, give: [names, addresses]}",
  'certificate: {path: /run/tls, names: [mail.example.org, "*.example.org"]}',
  "health: {path: /alive, every: 30s}",
  "limits: {memory: 256M, cpu: 0.5, processes: 200}",
  "",
].join("\n");

const site = "name: home\ndomain: example.org\nfront: {http: 8080, https: 8443}\n";
const people = [
  "ada:",
  "  title: Ada",
  "  groups: [family]",
  "  mail: [ada@example.org, lovelace@example.org]",
  "ben:",
  `  invitation: {digest: ${"0a".repeat(32)}, until: 2026-12-01T18:00Z}`,
  "",
].join("\n");

/** What is wrong with a problem: its place must be in the file, and its source the line that stands there. */
function faults({ place, message, code }: Problem, text: string | undefined): string[] {
  const found: string[] = [];
  if (code === "BUG" || /undefined|\[object|\n/.test(message)) found.push(`${code}: ${message}`);
  if (place === undefined || text === undefined) return found;
  const line = text.replace(/^\ufeff/, "").split(/\r\n?|\n/)[place.line - 1];
  const inLine = place.column >= 1 && place.column <= (line?.length ?? -1) + 1 && (place.length ?? 1) >= 1;
  const sameLine = place.source === undefined || place.source.length === line?.length;
  return inLine && sameLine ? found : [...found, `${code} at ${place.line}:${place.column} ${place.source}`];
}

async function expectAnswer(files: Files): Promise<void> {
  const loaded = await loadFiles(files);
  const wrong = loaded.problems.flatMap((problem) => {
    const content = problem.place === undefined ? undefined : files[problem.place.file];
    return faults(problem, typeof content === "string" ? content : undefined);
  });
  expect(wrong).toEqual([]);
  const errors = loaded.problems.some(({ severity }) => severity === "error");
  expect(loaded.site !== undefined || errors).toBe(true);
}

/** One small accident: some text is taken out, put in, doubled or swapped for something that means something in YAML. */
const accident = fc.tuple(
  fc.nat(),
  fc.nat(12),
  fc.oneof(
    fc.constantFrom(
      "",
      "\n",
      ":",
      "- ",
      "{",
      "}",
      "[",
      "]",
      "*a",
      "&a ",
      "!x ",
      "#",
      "'",
      '"',
      "|",
      "\t",
      "null",
      "__proto__",
      "<<: ",
      "\u001b[31m",
      "🙂",
      "\ud800",
      "0",
      "-1",
      "1e999",
      "---\n",
      "? ",
    ),
    fc.string({ maxLength: 4 }),
  ),
);

function damaged(text: string, accidents: readonly [number, number, string][]): string {
  return accidents.reduce((now, [at, length, put]) => {
    const from = at % (now.length + 1);
    return (now.slice(0, from) + put + now.slice(from + length)).toWellFormed();
  }, text);
}

describe("whatever a person writes, there is a site or a problem with a place, and no crash:", {
  timeout: runs(20_000),
}, () => {
  test("bytes of any kind", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), async (a, b) => {
        await expectAnswer({ "site.yaml": site, "services/a.yaml": a, "people.yaml": b });
      }),
      { numRuns: runs(40) },
    );
  });

  test("good files with small accidents", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(accident, { minLength: 1, maxLength: 4 }),
        fc.constantFrom("site", "people", "service"),
        async (accidents, which) => {
          const on = (name: string, text: string): string => (name === which ? damaged(text, accidents) : text);
          await expectAnswer({
            "site.yaml": on("site", site),
            "people.yaml": on("people", people),
            "services/vault.yaml": on("service", good),
            "services/other.yaml":
              "image: docker.io/library/nginx:1.29\nport: 80\nexpose: public\nreach: [vault:imaps]\n",
          });
        },
      ),
      { numRuns: runs(100) },
    );
  });

  test("YAML of any shape", () => {
    fc.assert(
      fc.property(fc.array(accident, { minLength: 5, maxLength: 40 }), (accidents) => {
        const text = damaged("", accidents);
        expect(parse("a.yaml", text).problems.flatMap((problem) => faults(problem, text))).toEqual([]);
      }),
      { numRuns: runs(500) },
    );
  });

  test("values of any kind under every key of a service", () => {
    const keys = Object.keys(jsonSchemas().service.properties ?? {});
    const service = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 });
    fc.assert(
      fc.property(service, (value) => {
        const text = JSON.stringify(value);
        const { source, value: data, problems } = parse("a.yaml", text);
        if (problems.length > 0) return;
        const checked = serviceSchema.safeParse(data);
        if (checked.success) return;
        const mistakes = mistakesOf(checked.error.issues, data);
        expect(mistakes.length).toBeGreaterThan(0);
        expect(mistakes.flatMap((mistake) => faults(located(source, mistake), text))).toEqual([]);
      }),
      { numRuns: runs(300) },
    );
  });
});
