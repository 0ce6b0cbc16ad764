import type { CST } from "yaml";

/** How deep values may be nested. */
const levels = 64;

/** The offset of the first collection below the deepest level allowed, looked for without recursion. */
export function tooDeep(tokens: readonly CST.Token[]): number | undefined {
  const waiting: { token: CST.Token; level: number }[] = tokens.map((token) => ({ token, level: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, level } = next;
    if (token.type === "document") {
      if (token.value !== undefined) waiting.push({ token: token.value, level });
      continue;
    }
    if (!("items" in token)) continue;
    if (level >= levels) return token.offset;
    for (const item of token.items) {
      for (const inner of [item.key, item.value]) {
        if (inner && "items" in inner) waiting.push({ token: inner, level: level + 1 });
      }
    }
  }
  return undefined;
}
