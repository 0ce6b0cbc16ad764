import type { Finding } from "./provider.ts";

/** Nothing to do. */
export function fine(name: string, found: string): Finding {
  return { name, state: "fine", found };
}

/** It works, but not as well as it should, or not for long. */
export function warning(name: string, found: string, expected: string, fix: string): Finding {
  return { name, state: "warning", found, expected, fix };
}

/** It will not work. */
export function wrong(name: string, found: string, expected: string, fix: string): Finding {
  return { name, state: "wrong", found, expected, fix };
}
