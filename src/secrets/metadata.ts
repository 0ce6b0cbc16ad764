import { isMap, isSeq, type Node } from "yaml";
import { isBlock, itemsOf, type Member, membersOf, type Range, rangeOf, textOf, wholeOf } from "./nodes.ts";
import type { Report } from "./report.ts";
import type { SealedKey } from "./sealed.ts";
import { parseSealed } from "./sealed-text.ts";

/** The part `sops` of the file. */
export type Metadata = {
  readonly keys: readonly SealedKey[];
  /** The sealed digest over all values in their order. */
  readonly mac: string;
  /** When the file was last written, as it stands there; the digest is sealed for it. */
  readonly lastModified: string;
  /** Whether the digest leaves out what is not sealed; then it begins differently. */
  readonly macOnlyEncrypted: boolean;
  /** Where the sealed digest, the time and all of `age: …` stand. */
  readonly ranges: { readonly mac: Range; readonly lastModified: Range; readonly age: Range };
  /** Keys that are not age's, which can open the file beside them: by the names that sops has for their kinds. */
  readonly otherKeys: readonly string[];
};

const otherKinds = ["pgp", "kms", "gcp_kms", "azure_kv", "hc_vault", "hckms"];
const rules = [
  "encrypted_suffix",
  "unencrypted_regex",
  "encrypted_regex",
  "unencrypted_comment_regex",
  "encrypted_comment_regex",
];

/** Reads the part `sops`; undefined when it is not whole, or seals in a way that is not spoken here: that is reported. */
export function readMetadata({ keyRange, value }: Member, report: Report): Metadata | undefined {
  const members = membersOf(value);
  if (members === undefined || !isBlock(value)) {
    report("SECRETS_CUT", keyRange, "expected the keys in the part sops, a line each, got something else", restore);
    return undefined;
  }
  const of = (key: string): Member | undefined => members.find((member) => member.key === key);
  const otherKeys = otherKinds.filter((kind) => itemsOf(of(kind)?.value).length > 0);
  const age = of("age");
  const keys = readKeys(age, otherKeys, of("key_groups") ?? of("shamir_threshold"), keyRange, report);
  const isRuled = findRule(members, report);
  const mac = textOf(of("mac")?.value) ?? "";
  const lastModified = textOf(of("lastmodified")?.value) ?? "";
  if (keys !== undefined && (parseSealed(mac) === undefined || lastModified === "")) {
    const missing = lastModified === "" ? "lastmodified" : "mac";
    report("SECRETS_CUT", keyRange, `expected ${missing} in the part sops, got none, or a cut one`, restore);
    return undefined;
  }
  if (keys === undefined || isRuled) return undefined;
  const macOnlyEncrypted = textOf(of("mac_only_encrypted")?.value) === "true";
  const ranges = {
    mac: rangeAt(of("mac")),
    lastModified: rangeAt(of("lastmodified")),
    age: age === undefined ? keyRange : wholeOf(age),
  };
  return { keys, mac, lastModified, macOnlyEncrypted, ranges, otherKeys };
}

function rangeAt(member: Member | undefined): Range {
  return member?.value ? rangeOf(member.value) : { start: 0, end: 0 };
}

const restore = { hint: "bring back the last whole version: git checkout secrets.yaml" };

function readKeys(
  age: Member | undefined,
  otherKeys: readonly string[],
  groups: Member | undefined,
  at: Range,
  report: Report,
): SealedKey[] | undefined {
  if (groups !== undefined && !isEmpty(groups.value)) {
    report("SECRETS_KEYS", groups.keyRange, "expected keys of which each one opens the file, got groups of keys", {
      hint: "seal it anew without groups: sops updatekeys",
    });
    return undefined;
  }
  const items = itemsOf(age?.value);
  if (items.length === 0 && otherKeys.length > 0) {
    report("SECRETS_KEYS", at, `expected a key of age, got only keys of ${otherKeys.join(" and ")}`, {
      hint: "add one: sops rotate -i --add-age RECIPIENT secrets.yaml",
    });
    return undefined;
  }
  const keys = items.map(readKey);
  if (items.length > 0 && keys.every((key) => key !== undefined)) return keys;
  report(
    "SECRETS_CUT",
    age?.keyRange ?? at,
    "expected keys of age in the part sops, each whole, got none or a cut one",
    restore,
  );
  return undefined;
}

function readKey(item: Node): SealedKey | undefined {
  const members = membersOf(item) ?? [];
  const recipient = textOf(members.find(({ key }) => key === "recipient")?.value) ?? "";
  const sealed = textOf(members.find(({ key }) => key === "enc")?.value) ?? "";
  const isWhole = /^-----BEGIN AGE ENCRYPTED FILE-----\n[\s\S]+\n-----END AGE ENCRYPTED FILE-----\s*$/.test(sealed);
  return recipient === "" || !isWhole ? undefined : { recipient, sealed };
}

/** Reports a rule by which sops would leave values of this file open. The usual suffix cannot end a DNS label. */
function findRule(members: readonly Member[], report: Report): boolean {
  const rule = members.find(({ key, value }) => {
    const text = textOf(value) ?? "";
    if (key === "unencrypted_suffix") return text !== "" && !text.includes("_");
    return rules.includes(key) && text !== "";
  });
  if (rule === undefined) return false;
  const range = rule.value === null ? rule.keyRange : rangeOf(rule.value);
  report("SECRETS_RULE", range, `expected every value to be sealed, got the rule ${rule.key}`, {
    hint: "take the rule out of .sops.yaml and seal the file anew",
  });
  return true;
}

function isEmpty(value: Node | null): boolean {
  if (isMap(value) || isSeq(value)) return value.items.length === 0;
  return ["", "0", "1"].includes(textOf(value) ?? "");
}
