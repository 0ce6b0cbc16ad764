import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const source = resolve(import.meta.dirname, "../src");

/** Top to bottom: a folder imports only itself and the folders before it. */
const layers = [
  "lib",
  "secrets",
  "source",
  "site",
  "resource",
  "features",
  "plan",
  "providers",
  "ledger",
  "converge",
  "observe",
  "start",
  "controller",
  "cli",
] as const;

type Import = { readonly file: string; readonly specifier: string; readonly target?: string };

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .sort();

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(source, file), "utf8");
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)[^;"']*?from\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g,
  );
  return [...found].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? "";
    if (!specifier.startsWith(".")) return { file, specifier };
    return { file, specifier, target: relative(source, resolve(dirname(join(source, file)), specifier)) };
  });
});

const product = imports.filter(({ file }) => !/\.(test|bench)\.ts$|(^|\/)contract\.ts$/.test(file));
const layerOf = (file: string): number => layers.indexOf(file.split("/")[0] as (typeof layers)[number]);
const show = ({ file, specifier }: Import): string => `${file} imports ${specifier}`;

describe("the layers", () => {
  test("every file stands in a layer", () => {
    expect(files.filter((file) => layerOf(file) < 0)).toEqual([]);
  });

  test("a folder imports only itself and the folders above it, so that the flow has one direction", () => {
    const wrong = imports.filter(({ file, target }) => target !== undefined && layerOf(target) > layerOf(file));
    expect(wrong.map(show)).toEqual([]);
  });

  test("site and resource are two languages and do not know each other: features alone translates", () => {
    const wrong = imports.filter(({ file, target }) => file.startsWith("resource/") && target?.startsWith("site/"));
    expect(wrong.map(show)).toEqual([]);
  });

  test("plan, providers, ledger's lock and converge never see the user's language, so that a new key changes none of them", () => {
    const wrong = product.filter(
      ({ file, target }) => /^(plan|providers|converge)\//.test(file) && target?.startsWith("site/"),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test("only site, secrets, the reader of kubeconfigs and the writer of exports import the YAML library, so that YAML shapes stop there", () => {
    const reads = /^(site|secrets)\/|^providers\/kubernetes\/(client\/kubeconfig|export\/yaml)\.ts$/; // exports are for people to read
    expect(product.filter(({ file, specifier }) => specifier === "yaml" && !reads.test(file)).map(show)).toEqual([]);
  });

  test("only the client of a cluster's API imports ws, so that nobody else loads it", () => {
    const wrong = product.filter(
      ({ file, specifier }) => specifier === "ws" && !file.startsWith("providers/kubernetes/client/"),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test("only lib starts processes, so that arguments are always lists and never a shell line", () => {
    // state-child.ts is passed into a pod as its text, so it has nothing but Node.
    const starts = /^lib\/|^providers\/kubernetes\/snapshots\/state-child\.ts$/;
    const wrong = product.filter(
      ({ file, specifier }) => /^(node:)?child_process$/.test(specifier) && !starts.test(file),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test("everything from a site to a plan is pure: no file system, process, network or clock", () => {
    const effects = /^node:(fs|child_process|net|http|https|os|dns|timers|process)/;
    const wrong = product.filter(
      ({ file, specifier }) => /^(resource|features|plan)\//.test(file) && effects.test(specifier),
    );
    expect(wrong.map(show)).toEqual([]);
    const clock = files.filter(
      (file) =>
        /^(resource|features|plan)\//.test(file) &&
        !file.endsWith(".test.ts") &&
        /Date\.now|new Date\(|Math\.random|process\./.test(readFileSync(join(source, file), "utf8")),
    );
    expect(clock).toEqual([]);
  });

  test("only the command line's main and providers/machine.ts name a concrete provider, so that a second runtime needs no change elsewhere", () => {
    const wrong = product.filter(
      ({ file, target }) =>
        !file.startsWith("providers/") &&
        file !== "cli/main.ts" &&
        /^providers\/(podman|authority)\//.test(target ?? ""),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test("there are no import cycles", () => {
    const edges = new Map<string, string[]>();
    for (const { file, target } of product) {
      if (target !== undefined) edges.set(file, [...(edges.get(file) ?? []), target]);
    }
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
      if (done.has(file) || trail.includes(file)) return;
      for (const next of edges.get(file) ?? []) visit(next, [...trail, file]);
      done.add(file);
    };
    for (const file of edges.keys()) visit(file, []);
    expect(cycles).toEqual([]);
  });
});
