import type { Problem } from "../../lib/problem.ts";
import type { Exported } from "../../providers/export.ts";
import type { LeftOut } from "../../providers/kubernetes/export/left-out.ts";
import type { Written } from "../export/write.ts";
import { type Text, tone } from "../span.ts";
import { table } from "../table.ts";
import { count } from "../words.ts";

/** What an export came to. */
export type ExportView = {
  /** The directory, as the person sees it. */
  readonly to: string;
  readonly exported: Exported;
  readonly written: Written;
  readonly layout: "kustomize" | "flux";
  /** Whether the site itself runs on one machine. */
  readonly podman: boolean;
  /** Why nothing could be sealed. */
  readonly unsealed?: Problem;
};

/** What was written, what is not in it, and what to do with it. */
export function exportText({ to, exported, written, layout, podman, unsealed }: ExportView): Text {
  const { files, leftOut, built } = exported;
  const { changed, removed } = written;
  const services = new Set(files.flatMap(({ path }) => /^services\/([^/]+)\//.exec(path)?.[1] ?? []));
  const news =
    changed.length + removed.length === 0
      ? "as it was"
      : `${changed.length} written${removed.length === 0 ? "" : `, ${removed.length} removed`}`;
  const missing = leftOut.filter(({ held }) => !held);
  const held = leftOut.length - missing.length;
  return [
    `${to}: ${count(files.length, "file")} for ${count(services.size, "service")}, ${news}`,
    ...(podman ? [tone("dim", "The site itself runs on one machine: this is how it would run on a cluster.")] : []),
    ...(missing.length === 0
      ? []
      : [
          "",
          `Left out${unsealed === undefined ? "" : `, since nothing could be sealed (${unsealed.message})`}:`,
          ...leftOutLines(missing),
          ...(unsealed?.hint === undefined ? [] : [`hint: ${unsealed.hint}`]),
          ...(layout === "kustomize" ? ["Make them yourself, or write them open: --with-secrets"] : []),
        ]),
    ...(held === 0
      ? []
      : [
          "",
          `${count(held, "sealed Secret")} stayed as exported before, which may be long ago: no key that opens secrets.yaml is here.`,
        ]),
    ...(built.length === 0
      ? []
      : [
          "",
          "Images that the site builds; bring them to a registry, or onto every node:",
          ...built.map((reference) => `  ${reference}`),
        ]),
    "",
    [
      "next: ",
      tone("strong", layout === "kustomize" ? `kubectl apply -k ${to}` : `flux bootstrap git --path=${to}/flux …`),
    ],
  ];
}

/** How many Secrets are named. */
const mostNamed = 12;

/** Each Secret with what is in it; of very many the first. */
function leftOutLines(missing: readonly LeftOut[]): Text {
  const secrets = [...Map.groupBy(missing, ({ namespace, name }) => `Secret ${namespace}/${name}`)];
  const rows = secrets.slice(0, mostNamed).map(([secret, [first, ...others]]) => {
    const more = others.length === 0 ? "" : `, and ${others.length} more`;
    return [secret, `${first?.what ?? ""}${more}`];
  });
  const left = secrets.length - rows.length;
  return [...table(rows, "  "), ...(left === 0 ? [] : [`  and ${count(left, "other")}: --json lists all`])];
}

/** The same for programs. */
export function exportJson({ to, exported, written, unsealed }: ExportView): object {
  return {
    directory: to,
    files: exported.files.map(({ path }) => path),
    changed: written.changed,
    removed: written.removed,
    leftOut: exported.leftOut,
    images: exported.built,
    ...(unsealed !== undefined && { unsealed: unsealed.code }),
  };
}
