import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A site's directory, and the texts of its files. */
export type GeneratedSite = { readonly directory: string; readonly texts: readonly string[] };

/**
 * Does something with a site of so many services, each a file like those that people write, and takes it away. Every tenth
 * service reaches the one before. `head`: what site.yaml says.
 */
export async function withGeneratedSite<Result>(
  count: number,
  work: (site: GeneratedSite) => Promise<Result>,
  head = "name: bench\ndomain: bench.test\n",
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-bench-"));
  try {
    await mkdir(join(directory, "services"));
    const services = Array.from({ length: count }, (_, index): [string, string] => [
      `services/${name(index)}.yaml`,
      serviceText(index),
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

function serviceText(index: number): string {
  const reach = index % 10 === 9 ? `reach: [${name(index - 1)}:8080]\n` : "";
  return `title: Number ${index}
image: docker.io/library/nginx:1.29
port: 8080
expose: private
env:
  GREETING: hello
  LEVEL: "3"
state: {data: /data}
scratch: [/tmp]
limits: {memory: 256M, cpu: 0.5, processes: 200}
${reach}`;
}
