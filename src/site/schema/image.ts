import { textLeaf } from "./leaf.ts";
import { label } from "./name.ts";

/** An image as written: from a registry, or one that freehold maintains. */
export type ImageWord =
  | { readonly from: "registry"; readonly reference: string; readonly pinned: boolean }
  | { readonly from: "freehold"; readonly name: string };

/** The grammar of references: github.com/distribution/reference, with a registry always. */
const reference = new RegExp(
  [
    "^(?<registry>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?)",
    "(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)+",
    "(?<tag>:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?",
    "(?<digest>@sha256:[a-f0-9]{64})?$",
  ].join(""),
);

const maintained = "freehold/";

/** The image that a part starts from. */
export const image = textLeaf<ImageWord>({
  code: "IMAGE_INVALID",
  expected: "an image such as docker.io/library/nginx:1.29",
  json: { examples: ["docker.io/library/nginx:1.29"] },
  read: (text, refuse) => {
    if (text.startsWith(maintained)) return readMaintained(text.slice(maintained.length));
    if (text.length > 400) return undefined;
    const found = reference.exec(text)?.groups;
    if (found !== undefined && isRegistry(found.registry ?? "")) {
      return { from: "registry", reference: text, pinned: found.tag !== undefined || found.digest !== undefined };
    }
    const full = withRegistry(text);
    if (full !== undefined) return refuse({ code: "IMAGE_NO_REGISTRY", hint: `write ${full}` });
    const lower = text.toLowerCase();
    return refuse(lower !== text && reference.test(lower) ? { hint: `write ${lower}` } : {});
  },
});

function readMaintained(name: string): ImageWord | undefined {
  return label.test(name) ? { from: "freehold", name } : undefined;
}

/** The first word of a reference is a registry when it cannot be anything else; so Docker decides as well. */
function isRegistry(first: string): boolean {
  return /[.:]/.test(first) || first === "localhost";
}

/** What Docker would have taken for a reference without a registry. */
function withRegistry(text: string): string | undefined {
  const full = text.includes("/") ? `docker.io/${text}` : `docker.io/library/${text}`;
  return reference.test(full) ? full : undefined;
}
