import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A site's directory, and the texts of its files. */
export type GeneratedSite = { readonly directory: string; readonly texts: readonly string[] };

/** What site.yaml says, and which services (by their number, from 0) have a name at the front door: all, unless said. */
export type GeneratedOptions = { readonly head?: string; readonly isExposed?: (index: number) => boolean };

/**
 * Does something with a site of so many services, each a file like those that people write, and takes it away. Every tenth
 * service reaches the one before.
 */
export async function withGeneratedSite<Result>(
  count: number,
  work: (site: GeneratedSite) => Promise<Result>,
  { head = "name: bench\ndomain: bench.test\n", isExposed = () => true }: GeneratedOptions = {},
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-bench-"));
  try {
    await mkdir(join(directory, "services"));
    const services = Array.from({ length: count }, (_, index): [string, string] => [
      `services/${name(index)}.yaml`,
      serviceText(index, isExposed(index)),
    ]);
    const files: [string, string][] = [["site.yaml", head], ...services];
    for (const [path, text] of files) await writeFile(join(directory, path), text);
    return await work({ directory, texts: files.map(([, text]) => text) });
  } finally {
    await rm(directory, { recursive: true });
  }
}

function name(index: number): string {
  return `service-${index}`;
}

function serviceText(index: number, isExposed: boolean): string {
  const reach = index % 10 === 9 ? `reach: [${name(index - 1)}:8080]\n` : "";
  return `title: Number ${index}
image: docker.io/library/nginx:1.29
port: 8080
${isExposed ? "expose: private\n" : ""}env:
  GREETING: hello
  LEVEL: "3"
state: {data: /data}
scratch: [/tmp]
limits: {memory: 256M, cpu: 0.5, processes: 200}
${reach}`;
}
