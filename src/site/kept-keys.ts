import { isDeepStrictEqual } from "node:util";
import { isMap, parseDocument } from "yaml";
import { parse } from "./parse.ts";

/**
 * A file of the site as it was, but for what stands under some keys at its top, which is as it is now: taken over, or taken out. An old
 * file that nobody can read stays as it is.
 */
export function withKept(old: string, now: string, keys: readonly string[]): string {
  const [was, is] = [topOf(old), topOf(now)];
  const differ = keys.filter((key) => !isDeepStrictEqual(was?.[key], is?.[key]));
  if (was === undefined || is === undefined || differ.length === 0) return old;
  const document = parseDocument(old);
  const current = parseDocument(now).contents;
  for (const key of differ) {
    const node = isMap(current) ? current.get(key, true) : undefined;
    if (node === undefined) document.delete(key);
    else document.set(key, node);
  }
  return document.toString({ lineWidth: 0 });
}

function topOf(text: string): Readonly<Record<string, unknown>> | undefined {
  const { value, problems } = parse("site.yaml", text);
  return problems.length === 0 && typeof value === "object" && value !== null ? { ...value } : undefined;
}
