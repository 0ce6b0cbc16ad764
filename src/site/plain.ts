import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import { visible } from "../lib/text.ts";
import { keyText } from "./place.ts";
import type { SiteCode } from "./problem-codes.ts";
import type { Range } from "./source.ts";

/** A problem that knows its place, but not yet its file. */
export type Flaw = {
  readonly code: SiteCode;
  readonly range: Range;
  readonly message: string;
  readonly hint?: string;
};

/**
 * Where numbers and booleans are taken as they are written (`1.10`, not 1.1): at a key, or at every key (`*`), or everywhere
 * below (`true`).
 */
export type Verbatim = true | ReadonlyMap<string, Verbatim>;

/** How many values aliases may stand for. */
const aliasLimit = 1000;

const tagPrefix = "tag:yaml.org,2002:";
const tags = new Set(["str", "int", "float", "bool", "null", "seq", "map"].map((name) => tagPrefix + name));

/**
 * The data in a tree of YAML nodes, with what the language does not allow in YAML. Each node is visited once (aliases:
 * at most 1,000 values by them). The caller has limited the depth.
 */
export function plain(root: Node | null, verbatim?: Verbatim): { value: unknown; flaws: Flaw[] } {
  const flaws: Flaw[] = [];
  const anchors = new Map<string, Node>();
  let byAliases = 0;
  let inAlias = 0;

  function flaw(code: SiteCode, node: Node, message: string, hint?: string): void {
    const [start, end] = node.range ?? [0, 0];
    flaws.push({ code, range: { start, end }, message, ...(hint === undefined ? {} : { hint }) });
  }

  function visit(node: Node | null, keep: Verbatim | undefined): unknown {
    if (node === null) return null;
    if (inAlias > 0 && ++byAliases > aliasLimit) return null;
    if (isAlias(node)) return visitAlias(node, keep);
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (node.tag !== undefined && inAlias === 0 && !tags.has(node.tag))
      flaw("YAML_TAG", node, `expected no tag, got ${visible(node.tag)}`, "remove the tag: the language needs none");
    if (isScalar(node)) return visitScalar(node, keep);
    if (isSeq<Node | null>(node)) return visitSeq(node, keep);
    return isMap<Node, Node | null>(node) ? visitMap(node, keep) : null;
  }

  function visitAlias(node: Alias, keep: Verbatim | undefined): unknown {
    if (byAliases > aliasLimit) return null; // said already
    const target = anchors.get(node.source);
    if (target === undefined) {
      flaw("YAML_SYNTAX", node, `expected an anchor above, got none called &${visible(node.source)}`);
      return null;
    }
    const before = byAliases;
    inAlias++;
    const value = visit(target, keep);
    inAlias--;
    if (inAlias === 0 && before <= aliasLimit && byAliases > aliasLimit)
      flaw("YAML_ALIASES", node, "expected aliases for at most 1,000 values, got more", "write the values out");
    return value;
  }

  function visitScalar(node: Scalar, keep: Verbatim | undefined): unknown {
    const { value, source } = node;
    const written = keep === true && (typeof value === "number" || typeof value === "boolean");
    return written && source !== undefined ? source : value;
  }

  function visitSeq(node: YAMLSeq<Node | null>, keep: Verbatim | undefined): unknown[] {
    return node.items.map((item) => visit(item, keep === true ? true : undefined));
  }

  function visitMap(node: YAMLMap<Node, Node | null>, keep: Verbatim | undefined): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    const seen = new Set<string>();
    for (const pair of node.items) {
      const key = keyText(pair);
      if (key === undefined) continue; // the library has said so: keys are strings
      if (key === "<<") {
        flaw(
          "YAML_MERGE_KEY",
          pair.key,
          "expected a key, got <<",
          "write the keys out: an alias stands for a whole value",
        );
        continue;
      }
      if (key === "__proto__") {
        flaw("YAML_KEY", pair.key, "expected a name, got __proto__", "choose another name");
        continue;
      }
      if (seen.has(key) && inAlias === 0)
        flaw(
          "YAML_DUPLICATE_KEY",
          pair.key,
          `expected each key once, got ${visible(key)} again`,
          "remove one of the two",
        );
      seen.add(key);
      value[key] = visit(pair.value, keep === true ? true : (keep?.get(key) ?? keep?.get("*")));
    }
    return value;
  }

  return { value: visit(root, verbatim), flaws };
}
