import { certificateMount } from "./certificate-mount.ts";
import { envName, envValue } from "./env.ts";
import { list, namedMap, section } from "./form.ts";
import { health } from "./health.ts";
import { image } from "./image.ts";
import { optionalKey } from "./key.ts";
import { limits } from "./limits.ts";
import { mountPath, sitePath } from "./location.ts";
import { name } from "./name.ts";
import { peopleMount } from "./people-mount.ts";
import { ports } from "./ports.ts";
import { secrets } from "./secrets.ts";
import { word } from "./text.ts";
import { port } from "./unit.ts";
import { user } from "./user.ts";

/** The keys of one process. A service of a single part has them at its top. */
export const partShape = {
  image: optionalKey(image, {
    description:
      "The image that it starts from, with its registry. `freehold/NAME` is one that freehold maintains. A tag and a digest together are fine: the digest counts.",
    unless: ["none: a part has either `image` or `build`"],
    example: "docker.io/library/nginx:1.29",
  }),
  build: optionalKey(sitePath, {
    description: "A directory of the site with a Containerfile, built instead of pulling an image.",
    unless: ["none"],
    example: "images/blog",
  }),
  command: optionalKey(
    list(word, { expected: "a list of words", hint: "write each word by itself: [nginx, -g, daemon off;]" }),
    {
      description: "The program and its arguments, instead of the image's own. A list of words, never a shell line.",
      unless: ["the image's own"],
      example: ["serve", "--quiet"],
    },
  ),
  user: optionalKey(user, {
    description: "Who it runs as inside: a number, `number:number`, or a name that the image knows.",
    unless: ["the image's own"],
    example: 1000,
  }),
  port: optionalKey(port, {
    description: "The port on which it answers HTTP inside.",
    unless: ["it answers no HTTP"],
    example: 8080,
  }),
  ports: optionalKey(ports, {
    description:
      "Ports other than HTTP, by name. `reach` may name them by number or name; they are published at the front door when the service is exposed.",
    unless: ["none"],
    example: { imaps: { port: 993 } },
  }),
  env: optionalKey(
    namedMap(envName, envValue, { expected: "a map of names to text", hint: "write env: {NAME: value}" }),
    {
      description: "Its environment. Numbers and booleans are taken as they are written.",
      unless: ["the image's own"],
      example: { SIGNUPS_ALLOWED: "false" },
    },
  ),
  secrets: optionalKey(secrets, {
    description:
      "Secrets of secrets.yaml that it gets, by where it finds them: a variable (`ADMIN_TOKEN`), or a file (a key that begins with `/`) that only its user can read. A new value replaces the container.",
    unless: ["none"],
    example: { ADMIN_TOKEN: "vault-admin-token", "/run/secrets/dkim.key": "mail-dkim" },
  }),
  people: optionalKey(peopleMount, {
    description: "A directory in which freehold keeps the people of the site, as much of them as is listed.",
    unless: ["it does not know the people"],
    example: { path: "/run/people", give: ["keys"] },
  }),
  certificate: optionalKey(certificateMount, {
    description: "A directory in which freehold keeps a certificate and its key, for what speaks TLS itself.",
    unless: ["it has none: the front door speaks TLS for it"],
    example: { path: "/run/tls", names: ["mail.example.org"] },
  }),
  files: optionalKey(
    namedMap(mountPath, sitePath, {
      expected: "a map of paths inside to paths of the site",
      hint: "write files: {/etc/app.conf: files/app.conf}",
    }),
    {
      description:
        "Files and directories of the site, put at a path inside, read-only. A change replaces the container.",
      unless: ["none"],
      example: { "/etc/app.conf": "files/app.conf" },
    },
  ),
  state: optionalKey(
    namedMap(name, mountPath, { expected: "a map of names to paths inside", hint: "write state: {data: /data}" }),
    {
      description: "Data that matters, by name: kept through everything until a person asks for its removal.",
      unless: ["it keeps nothing"],
      example: { data: "/data" },
    },
  ),
  scratch: optionalKey(list(mountPath, { expected: "a list of paths inside" }), {
    description: "Paths that it may write to and that are forgotten at each start.",
    unless: ["none"],
    example: ["/tmp"],
  }),
  health: optionalKey(health, {
    description:
      "How we ask whether it works: `/path` by HTTP, `tcp:PORT`, `image` for the image's own check, or a map.",
    unless: ["a TCP connection to `port`, else to the first TCP port of `ports`; without either, running is enough"],
    example: "/alive",
  }),
  limits: optionalKey(limits, {
    description: "What it may use at most. The kernel enforces it.",
    unless: ["512M of memory, 2 cores, 512 processes"],
    example: { memory: "256M", cpu: 0.5, processes: 200 },
  }),
} as const;

/** One of several parts. */
export const part = section("part", { expected: "a map with the keys of a part" }, partShape);
