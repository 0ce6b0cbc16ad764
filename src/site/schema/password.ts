import { textLeaf } from "./leaf.ts";

/** Argon2id as a PHC string; RFC 9106. */
const hash = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,3})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,172}$/;

/** Whoever checks a password must afford it: at most 1 GiB, 32 passes and 16 lanes; at least what RFC 9106 could call a memory cost. */
const most = { memory: 1024 ** 2, passes: 32, lanes: 16 };
const leastMemory = 7168;

/** A password's hash. Plain text is refused and never shown. */
export const passwordHash = textLeaf<string>({
  code: "PASSWORD_PLAIN",
  expected: "a hash that begins with $argon2id$",
  secret: true,
  hint: "run freehold passwd NAME, which asks for the password and writes its hash here",
  json: { pattern: "^\\$argon2id\\$" },
  read: (text, refuse) => {
    if (!text.startsWith("$argon2")) return refuse({ got: "something else, perhaps the password itself" });
    const [, memory, passes, lanes] = hash.exec(text) ?? [];
    const fits =
      memory !== undefined &&
      Number(memory) >= leastMemory &&
      Number(memory) <= most.memory &&
      Number(passes) >= 1 &&
      Number(passes) <= most.passes &&
      Number(lanes) >= 1 &&
      Number(lanes) <= most.lanes;
    if (fits) return text;
    return refuse({
      code: "PASSWORD_INVALID",
      expected: "a hash $argon2id$v=19$m=…,t=…,p=…$salt$hash with m from 7168 to 1048576, t to 32 and p to 16",
    });
  },
});
