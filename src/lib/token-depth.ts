/** A token as the YAML library's parser gives it, as far as it matters here. */
export type Token = { readonly type: string; readonly offset?: number };

type Inner = { readonly key?: Token | null; readonly value?: Token };

/**
 * The tokens of a parser, if none of them is a collection below so many levels: what would be built of those recurses. Else where the
 * first such one begins, or 0 when the parser itself ran out of stack.
 */
export function shallow<T extends Token>(
  parsing: Iterable<T>,
  levels: number,
): { readonly tokens: readonly T[] } | { readonly deepAt: number } {
  try {
    const tokens = [...parsing];
    const deepAt = tooDeep(tokens, levels);
    return deepAt === undefined ? { tokens } : { deepAt };
  } catch (thrown) {
    if (thrown instanceof RangeError) return { deepAt: 0 };
    throw thrown;
  }
}

function tooDeep(tokens: readonly Token[], levels: number): number | undefined {
  const waiting = tokens.map((token) => ({ token, level: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, level } = next;
    if (token.type === "document") {
      if ("value" in token && isToken(token.value)) waiting.push({ token: token.value, level });
      continue;
    }
    if (!isCollection(token)) continue;
    if (level >= levels) return token.offset ?? 0;
    for (const item of token.items) {
      for (const inner of [item.key, item.value]) {
        if (inner && isCollection(inner)) waiting.push({ token: inner, level: level + 1 });
      }
    }
  }
  return undefined;
}

function isToken(value: unknown): value is Token {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function isCollection(token: Token): token is Token & { readonly items: readonly Inner[] } {
  return "items" in token && Array.isArray(token.items);
}
