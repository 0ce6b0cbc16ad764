import { isIPv4, isIPv6 } from "node:net";
import { either, nearest } from "../../lib/text.ts";
import type { DnsRecord } from "../site.ts";
import { readOwnerName, readTarget, type ZoneName } from "./dns-name.ts";
import { readDnsText } from "./dns-text.ts";
import { list } from "./form.ts";
import { type Refuse, textLeaf } from "./leaf.ts";

/** A record as written: its value is `before`, then the target in full if there is one. `in` says whether each domain has it. */
export type RecordLine = {
  readonly in: "the site's domain" | "each domain";
  readonly name: ZoneName;
  readonly type: DnsRecord["type"];
  readonly before: string;
  readonly target?: ZoneName;
};

type Value = Pick<RecordLine, "before" | "target">;

/** How the value of a type is written, and how it is read: undefined for what is not one. */
type Form = { readonly example: string; readonly read: (value: string) => Value | undefined };

const forms: Readonly<Record<DnsRecord["type"], Form>> = {
  A: { example: "host A 192.0.2.1", read: (value) => (isIPv4(value) ? { before: value } : undefined) },
  AAAA: {
    example: "host AAAA 2001:db8::1",
    read: (value) => (isIPv6(value) && !value.includes("%") ? { before: value.toLowerCase() } : undefined),
  },
  CAA: { example: '@ CAA 0 issue "letsencrypt.org"', read: readCaa },
  CNAME: { example: "www CNAME blog", read: (value) => withTarget(value, 0) },
  MX: { example: "@ MX 10 mail", read: (value) => withTarget(value, 1) },
  SRV: { example: "_imaps._tcp SRV 0 1 993 mail", read: (value) => withTarget(value, 3) },
  TXT: {
    example: "@ TXT v=spf1 mx -all",
    read: (value) => {
      const text = readDnsText(value);
      return text === undefined ? undefined : { before: text };
    },
  },
};

const line = textLeaf<RecordLine>({
  code: "RECORD_INVALID",
  expected: "a record NAME TYPE VALUE, such as @ MX 10 mail",
  json: { pattern: "^\\S+\\s+[A-Za-z]+\\s+\\S" },
  read: (text, refuse) => {
    const each = isEach(text);
    const line = each ? text.replace(/^\S+\s+/, "") : text;
    const [, owner = "", word = "", value = ""] = /^(\S+)\s+(\S+)\s+(\S.*?)\s*$/s.exec(line) ?? [];
    if (owner === "") return undefined;
    const name = readOwnerName(owner);
    if (name === undefined) return refuse({ expected: "a record's name: @, mail, _imaps._tcp or *.lab" });
    if (each && name.full) return refuse({ expected: "a relative name behind each", hint: `write ${name.text}` });
    const type = word.toUpperCase();
    if (!isType(type)) return refuseType(word, refuse);
    const form = forms[type];
    const read = form.read(value);
    return read === undefined
      ? refuse({ expected: `a record such as ${form.example}` })
      : { in: each ? "each domain" : "the site's domain", name, type, ...read };
  },
});

/** `each @ MX 10 mail`, but not a record whose name is `each`: of those only a text may have the name of a type behind its own. */
function isEach(text: string): boolean {
  const [first, second = "", third = "", ...more] = text.split(/\s+/).map((word) => word.toUpperCase());
  const isOwn = isType(second) && (second === "TXT" || !isType(third) || more.length === 0);
  return first === "EACH" && !isOwn;
}

function isType(word: string): word is DnsRecord["type"] {
  return Object.hasOwn(forms, word);
}

function refuseType(word: string, refuse: Refuse): undefined {
  if (/^(?:\d+[smhdw]?|IN)$/i.test(word)) return refuse({ hint: `leave out ${word}: NAME TYPE VALUE is all` });
  const near = nearest(word, Object.keys(forms));
  return refuse({
    expected: `a record of type ${either(Object.keys(forms))}`,
    ...(near !== undefined && { hint: `did you mean ${near}?` }),
  });
}

/** So many numbers up to 65535, then a host (RFC 1035, 3.3.9; RFC 2782). */
function withTarget(value: string, numbers: number): Value | undefined {
  const words = value.split(/\s+/);
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? "";
  const target = isIPv4(last) ? undefined : readTarget(last);
  const counts = before.length === numbers && before.every((word) => /^\d{1,5}$/.test(word) && Number(word) <= 65_535);
  return counts && target !== undefined ? { before: before.map(Number).join(" "), target } : undefined;
}

/** RFC 8659, section 4. */
function readCaa(value: string): Value | undefined {
  const [, flags = "", tag = "", rest = ""] = /^(\d{1,3})\s+([a-z0-9]+)\s+(\S.*)$/i.exec(value) ?? [];
  const text = readDnsText(rest);
  const fits = flags !== "" && Number(flags) <= 255 && text !== undefined && !/["\\]/.test(text);
  return fits ? { before: `${Number(flags)} ${tag.toLowerCase()} "${text}"` } : undefined;
}

/** `records`: lines of a zone file. */
export const records = list(line, {
  expected: "a list of records",
  hint: 'write each as text: records: ["@ MX 10 mail"]',
});
