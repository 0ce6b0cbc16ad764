import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A site of so many services, each a file like those that people write, in a new directory. Every tenth reaches the one before. */
export async function generateSite(count: number): Promise<{ directory: string; texts: readonly string[] }> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-bench-"));
  await mkdir(join(directory, "services"));
  await writeFile(join(directory, "site.yaml"), "name: bench\ndomain: bench.test\n");
  const texts = Array.from({ length: count }, (_, index) => serviceText(index));
  await Promise.all(texts.map((text, index) => writeFile(join(directory, `services/${name(index)}.yaml`), text)));
  return { directory, texts };
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
