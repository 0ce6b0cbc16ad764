import type { z } from "zod";
import { expose } from "./expose.ts";
import { external } from "./external.ts";
import { namedMap, section } from "./form.ts";
import { optionalKey } from "./key.ts";
import { sitePath } from "./location.ts";
import { manifests } from "./manifests.ts";
import { name } from "./name.ts";
import { part, partShape } from "./part.ts";
import { reach } from "./reach.ts";
import { records } from "./records.ts";
import { title } from "./text.ts";
import { count } from "./unit.ts";
import { oneOf } from "./word.ts";

/** A file `services/NAME.yaml`. */
export const serviceSchema = section(
  "service",
  { expected: "a map with the keys of a service", hint: "begin with image: docker.io/library/nginx:1.29" },
  {
    title: optionalKey(title, {
      description: "What people call it.",
      unless: ["the service's name"],
      example: "Passwords",
    }),
    image: partShape.image,
    build: partShape.build,
    static: optionalKey(sitePath, {
      description: "A directory of the site whose files are served as they are, instead of an image.",
      unless: ["none"],
      example: "static/blog",
    }),
    external: optionalKey(external, {
      description: "Something that runs elsewhere and gets a name and a certificate here, instead of an image.",
      unless: ["none"],
      example: "https://192.168.1.20:9000",
    }),
    parts: optionalKey(
      namedMap(name, part, {
        expected: "a map of names to parts",
        hint: "write parts: {server: {image: …}}",
      }),
      {
        description:
          "Several processes that belong together, by name: one network, each supervised by itself. They reach each other by name; nobody else knows them. Parts that are stopped together stop in this order: write those first that give to others.",
        unless: ["one part, with the service's name"],
        example: { server: { image: "ghcr.io/immich-app/immich-server:v2.3", port: 2283 } },
      },
    ),
    command: partShape.command,
    user: partShape.user,
    port: partShape.port,
    ports: partShape.ports,
    expose: optionalKey(expose, {
      description:
        "Under which names the front door offers it: `public` or `private` for NAME.DOMAIN, or a list of hosts as text (private) or as maps.",
      unless: ["nowhere"],
      example: "public",
    }),
    env: partShape.env,
    secrets: partShape.secrets,
    people: partShape.people,
    certificate: partShape.certificate,
    files: partShape.files,
    state: partShape.state,
    scratch: partShape.scratch,
    reach: optionalKey(reach, {
      description:
        "What it may talk to: a service (`mail`), one of its ports (`mail:587`, `mail:submission`), `internet`, `lan` or `machine`, with a port or without.",
      unless: ["nothing"],
      example: ["mail:587", "internet"],
    }),
    records: optionalKey(records, {
      description:
        "DNS records that it needs beside those of its hosts, as lines of a zone file: names are relative to the site's domain, which is `@`; a name in full ends in a dot; `each` in front gives the record to every domain of the site. `freehold dns` prints all that the site needs.",
      unless: ["none"],
      example: ["each @ MX 10 mail", "_imaps._tcp SRV 0 1 993 mail", "@ TXT v=spf1 mx -all"],
    }),
    manifests: optionalKey(manifests, {
      description:
        "Objects of Kubernetes that belong to it, written here or in files of the site, which may hold several each. They go into the service's own namespace; what belongs to the whole cluster is refused. It may stand beside anything that runs, or alone. For sites on a cluster.",
      unless: ["none"],
      example: ["manifests/blog.yaml"],
    }),
    health: partShape.health,
    limits: partShape.limits,
    replicas: optionalKey(count({ least: 1, most: 100, what: "a number" }), {
      description: "How many of it run. More than one is for services that keep nothing.",
      unless: 1,
      example: 3,
    }),
    update: optionalKey(oneOf("auto", "minor", "patch", "manual"), {
      description:
        "How far `freehold update` goes: `patch` to fixes of this version, `minor` to what breaks nothing by its number, `auto` to the newest, `manual` nowhere. Of images that are versioned by date, `minor` takes any later one.",
      unless: "minor",
      example: "patch",
    }),
    stage: optionalKey(oneOf("trial", "live", "extended", "retired"), {
      description:
        "`trial` is never public; `live`; `extended` is private and asks for a login (not yet); `retired` runs nothing and keeps its data.",
      unless: "live",
      example: "trial",
    }),
  },
);

/** A service as written, its values parsed. */
export type ServiceFile = z.output<typeof serviceSchema>;

/** A part as written, its values parsed. */
export type PartFile = z.output<typeof part>;
