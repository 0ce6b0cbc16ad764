import { leaf } from "./leaf.ts";

/** Who a program runs as inside. A number arrives as it is written. A service has 65,536 user ids of its own. */
export const user = leaf<string>({
  code: "USER_INVALID",
  expected: "a number up to 65535, number:number, or a name that the image knows",
  json: { type: ["integer", "string"], minimum: 0, maximum: 65535 },
  read: (value, refuse) => {
    if (typeof value !== "string") return refuse({ form: true });
    if (/^[a-z_][a-z0-9_-]{0,31}$/.test(value)) return value;
    const numbers = /^(?:0|[1-9]\d{0,4})(?::(?:0|[1-9]\d{0,4}))?$/.test(value) ? value.split(":") : [];
    return numbers.length > 0 && numbers.every((number) => Number(number) <= 65535) ? value : undefined;
  },
});
