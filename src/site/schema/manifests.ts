import { anyForm, list } from "./form.ts";
import { leaf } from "./leaf.ts";
import { sitePath } from "./location.ts";

/** An object of Kubernetes as it stands there, not looked at yet. */
export type WrittenObject = Readonly<Record<string, unknown>>;

const object = leaf<WrittenObject>({
  code: "TYPE_WRONG",
  expected: "a map with apiVersion, kind and metadata",
  json: { type: "object", required: ["apiVersion", "kind", "metadata"] },
  read: (value, refuse) => (isMap(value) ? value : refuse({ form: true })),
});

/** `manifests`: objects of Kubernetes, written there or in files of the site. */
export const manifests = list(
  anyForm([sitePath, object], {
    expected: "a file of the site, or an object of Kubernetes",
    hint: "write manifests: [manifests/blog.yaml]",
  }),
  { expected: "a list of files and of objects", hint: "write manifests: [manifests/blog.yaml]" },
);

/** Whether a value is a map of the language. */
export function isMap(value: unknown): value is WrittenObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
