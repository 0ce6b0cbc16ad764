import { digest } from "../../resource/digest.ts";
import type { File } from "../../resource/kinds/file.ts";
import type { Part, PeopleMount, Service, Site, Tree } from "../../site/site.ts";
import { laidIn, type Place } from "../places.ts";
import { ownerIn } from "../user-inside.ts";
import { peopleListings } from "./people.ts";

/** Something that freehold writes for a part, and where the part sees it. */
export type PartFile = {
  readonly id: string;
  readonly part: Part;
  readonly target: string;
} & (
  | { readonly of: "tree"; readonly content: Tree; readonly live: boolean }
  | { readonly of: "people"; readonly people: PeopleMount; readonly live: true }
);

/** Where freehold's web image looks for what it serves: `/srv/www/current`. */
const webRoot = "/srv/www";

/** The files of a part: static content and listings of people change while it runs, other files replace its containers. */
export function filesOf(service: Service, part: Part): readonly PartFile[] {
  const under = `file/${service.name}/${part.name}`;
  const files: PartFile[] = part.files.map(({ path, content }) => ({
    id: `${under}/${fileName(path)}`,
    part,
    target: path,
    of: "tree",
    content,
    live: false,
  }));
  const { image, people } = part;
  if (image.from === "static") {
    files.push({ id: `${under}/static`, part, target: webRoot, of: "tree", content: image.content, live: true });
  }
  if (people !== undefined) {
    files.push({ id: `${under}/people`, part, target: people.path, of: "people", people, live: true });
  }
  return files;
}

/** The resource that a part's file is. */
export function fileOf(site: Site, service: Service, place: Place, file: PartFile): File {
  const common = { kind: "file", id: file.id, service: service.name, needs: laidIn(service, place) } as const;
  const owner = ownerIn(place, file.part);
  if (file.of === "tree") {
    const content = { from: "tree", source: file.content.source, digest: file.content.digest } as const;
    return { ...common, content, owner, secret: false };
  }
  return {
    ...common,
    content: { from: "text", entries: peopleListings(site, file.people.give) },
    owner,
    secret: file.people.give.includes("passwords"),
  };
}

/** The last word of a path, made safe for an id, and enough of a digest to tell `/a/b` from `/a-b`. */
function fileName(path: string): string {
  const word = path.split("/").at(-1) ?? "";
  return `${word.replaceAll(/[^A-Za-z0-9.]+/g, "-").slice(0, 40)}-${digest(path).slice(0, 8)}`;
}
