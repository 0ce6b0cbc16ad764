import { anyForm, section } from "./form.ts";
import { optionalKey } from "./key.ts";
import { leaf, type Refuse, textLeaf } from "./leaf.ts";
import { duration, port, readPort } from "./unit.ts";

/** What is asked, as written. */
export type HealthWord =
  | { readonly by: "http"; readonly path: string }
  | { readonly by: "tcp"; readonly port: number }
  | { readonly by: "image" };

/** What health is when nothing is written, in milliseconds. */
export const healthDefaults = { every: 10_000, timeout: 3000, within: 60_000 } as const;

const requestPath = /^\/[!-~]{0,1000}$/;

function readPath(text: string): HealthWord | undefined {
  return requestPath.test(text) && !text.includes("#") ? { by: "http", path: text } : undefined;
}

function readWord(text: string, refuse: Refuse): HealthWord | undefined {
  if (text === "image") return { by: "image" };
  if (text.startsWith("/")) return readPath(text);
  const number = /^tcp:(\d+)$/.exec(text)?.[1];
  if (number === undefined) return refuse(/^[\w.-]+$/.test(text) ? { hint: `write /${text} for a path` } : {});
  const found = readPort(number);
  return found === undefined ? refuse({ code: "PORT_OUT_OF_RANGE" }) : { by: "tcp", port: found };
}

const word = textLeaf<HealthWord>({
  code: "HEALTH_INVALID",
  expected: "a path such as /alive, tcp:PORT or image",
  json: { pattern: "^(/|tcp:\\d+$|image$)" },
  read: readWord,
});

const path = textLeaf<HealthWord>({
  code: "HEALTH_INVALID",
  expected: "a path such as /alive",
  json: { pattern: "^/" },
  read: readPath,
});

const yes = leaf<true>({
  code: "HEALTH_INVALID",
  expected: "true, or no such line",
  json: { const: true },
  read: (value) => (value === true ? true : undefined),
});

const form = { expected: "a path such as /alive, tcp:PORT, image, or a map" };

/** `health`: how we ask whether a part works. */
export const health = anyForm(
  [
    word,
    section("health", form, {
      path: optionalKey(path, {
        description: "Ask by HTTP for this path. Healthy is an answer from 200 to 399.",
        unless: ["not asked"],
        example: "/alive",
      }),
      tcp: optionalKey(port, {
        description: "Open a TCP connection to this port. Healthy is one that opens.",
        unless: ["the part's `port`, else the first TCP port of `ports`; without either, running is enough"],
        example: 993,
      }),
      image: optionalKey(yes, {
        description: "Run the check that the image brings itself (HEALTHCHECK).",
        unless: ["not asked"],
        example: true,
      }),
      port: optionalKey(port, {
        description: "Ask for `path` on this port.",
        unless: ["the part's `port`"],
        example: 8081,
      }),
      every: optionalKey(duration({ least: 1000, most: 3_600_000, words: "from 1s to 1h" }), {
        description: "How often to ask.",
        unless: "10s",
        example: "30s",
      }),
      timeout: optionalKey(duration({ least: 100, most: 600_000, words: "from 100ms to 10m" }), {
        description: "How long an answer may take.",
        unless: "3s",
        example: "5s",
      }),
      within: optionalKey(duration({ least: 1000, most: 86_400_000, words: "from 1s to 1d" }), {
        description: "How long it may take from the start until it first answers.",
        unless: "60s",
        example: "5m",
      }),
    }),
  ],
  form,
);
