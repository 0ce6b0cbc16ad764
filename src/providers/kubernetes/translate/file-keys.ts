import { mark } from "./names.ts";

/** The longest key that a ConfigMap or a Secret may have. */
const longest = 253;
/** What a single file has as its key, whose path is "". */
const single = "_";
/** What keys begin with that do not tell their path. */
const hashed = "_h";

/**
 * The key of a file's path: letters, digits, dots and dashes as they are, all else as `_` and two hex digits for each byte. It tells its
 * path again, but for one that would be too long.
 */
export function keyOf(path: string): string {
  if (path === "") return single;
  const text = [...Buffer.from(path, "utf8")].map((byte, index) => letter(byte, index)).join("");
  return text.length <= longest ? text : `${hashed}${mark(path, 64)}`;
}

/** The path that a key stands for; undefined for one that does not tell. */
export function pathOf(key: string): string | undefined {
  if (key === single) return "";
  if (key.startsWith(hashed)) return undefined;
  const bytes: number[] = [];
  for (let index = 0; index < key.length; index += 1) {
    if (key[index] !== "_") bytes.push(key.charCodeAt(index));
    else {
      const byte = /^[0-9a-f]{2}$/.test(key.slice(index + 1, index + 3)) ? key.slice(index + 1, index + 3) : undefined;
      if (byte === undefined) return undefined;
      bytes.push(Number.parseInt(byte, 16));
      index += 2;
    }
  }
  return Buffer.from(bytes).toString("utf8");
}

/** A key may not be `.` or begin with `..`, so a dot in front is written out. */
function letter(byte: number, index: number): string {
  const character = String.fromCharCode(byte);
  const isPlain = /[A-Za-z0-9-]/.test(character) || (character === "." && index > 0);
  return isPlain ? character : `_${byte.toString(16).padStart(2, "0")}`;
}
