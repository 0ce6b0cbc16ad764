import { leaf } from "./leaf.ts";
import { readDuration } from "./unit.ts";

/** Ten years, in milliseconds: who wants it longer writes `never`. */
const longest = 3660 * 86_400_000;

/** How long state is kept of a service that left the site: milliseconds, or for ever. */
export const grace = leaf<number | "never">({
  code: "DURATION_INVALID",
  expected: "never, or a duration from 1s to 10 years, such as 30d",
  json: { type: "string", pattern: "^(never|(\\d+(ms|s|m|h|d|w))+)$" },
  read: (value, refuse) => {
    if (value === "never") return value;
    if (typeof value === "number") return refuse({ hint: `a duration has a unit: ${value}d` });
    if (typeof value !== "string") return refuse({ code: "TYPE_WRONG" });
    const total = readDuration(value);
    if (total === undefined) return refuse({ hint: "ms, s, m, h, d and w are its units, the largest first" });
    return total >= 1000 && total <= longest ? total : undefined;
  },
});
