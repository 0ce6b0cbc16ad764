import type { ImageFacts } from "../session.ts";

/**
 * What an image will tell about itself, read from the text of its Containerfile: the labels and the user of its last stage, as they are
 * written there. What its base says is not known.
 */
export function factsIn(containerfile: string, reference: string): ImageFacts {
  const lines = containerfile.replaceAll(/\\\r?\n/g, " ").split("\n");
  const last = lines.slice(lines.findLastIndex((line) => /^\s*FROM\s/i.test(line)) + 1);
  const labels = last.flatMap((line) => {
    const [, words] = /^\s*LABEL\s+(.*)$/i.exec(line) ?? [];
    return words === undefined ? [] : [...words.matchAll(/([^\s="]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)];
  });
  const user = last.flatMap((line) => /^\s*USER\s+(\S+)\s*$/i.exec(line)?.[1] ?? []).at(-1);
  return {
    reference,
    labels: Object.fromEntries(labels.map(([, name = "", quoted, bare = ""]) => [name, quoted ?? bare])),
    user: user ?? "",
  };
}
