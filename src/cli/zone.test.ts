import fc from "fast-check";
import { expect, test } from "vitest";
import { readDnsText } from "../site/schema/dns-text.ts";
import { zoneCells } from "./zone.ts";

const service = "mail";

test("names end in a dot, also those that a record leads to, and what is unknown stands out", () => {
  const cells = (type: "A" | "MX" | "SRV" | "CNAME" | "CAA", value?: string) =>
    zoneCells({ service, name: "a.example.org", type, ...(value === undefined ? {} : { value }) }).join(" ");
  expect(cells("A")).toBe("a.example.org. IN A ADDRESS");
  expect(cells("A", "192.0.2.1")).toBe("a.example.org. IN A 192.0.2.1");
  expect(cells("MX", "10 b.example.org")).toBe("a.example.org. IN MX 10 b.example.org.");
  expect(cells("MX", "0 .")).toBe("a.example.org. IN MX 0 .");
  expect(cells("SRV", "0 1 993 b.example.org")).toBe("a.example.org. IN SRV 0 1 993 b.example.org.");
  expect(cells("CNAME", "b.example.org")).toBe("a.example.org. IN CNAME b.example.org.");
  expect(cells("CAA", '0 issue "letsencrypt.org"')).toBe('a.example.org. IN CAA 0 issue "letsencrypt.org"');
});

test("text of any length is in strings of at most 255, which give the text again", () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab "\\;=1'), minLength: 1, maxLength: 600 });
  fc.assert(
    fc.property(text, (value) => {
      const [, , , written] = zoneCells({ service, name: "example.org", type: "TXT", value });
      const pieces = [...written.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, piece = ""]) =>
        piece.replaceAll(/\\(.)/g, "$1"),
      );
      expect(pieces.join("")).toBe(value);
      expect(pieces.every((piece) => piece.length <= 255)).toBe(true);
      expect(readDnsText(written)).toBe(value);
    }),
  );
});
