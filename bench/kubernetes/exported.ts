import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exec } from "../../src/lib/exec.ts";
import { checkout } from "../../test/world/machine.ts";

/** What `freehold export kubernetes --with-secrets` writes of a site, as one text: namespaces first. */
export async function exported(directory: string): Promise<string> {
  const output = join(tmpdir(), `freehold-bench-export-${process.pid}`);
  const root = `${output}-root`;
  try {
    const words = ["export", "kubernetes", "--site", directory, "--output", output, "--with-secrets"];
    const env = { ...process.env, FREEHOLD_ROOT: root, FREEHOLD_RUN: join(root, "run") };
    const { code, stderr } = await exec([join(checkout, "bin/freehold"), ...words], { env, timeout: 600_000 });
    if (code !== 0) throw new Error(`expected an export, got ${code}: ${stderr}`);
    const names = await readdir(output, { recursive: true });
    const files = names.filter((name) => name.endsWith(".yaml") && !name.endsWith("kustomization.yaml")).sort();
    const texts = await Promise.all(files.map((name) => readFile(join(output, name), "utf8")));
    const [namespaces, others] = [true, false].map((wanted) =>
      texts.filter((text) => /^kind: Namespace$/m.test(text) === wanted),
    );
    return [...(namespaces ?? []), ...(others ?? [])].join("\n---\n");
  } finally {
    for (const path of [output, root]) await rm(path, { recursive: true, force: true });
  }
}

/** Does something with a text as a file of its own. */
export async function withFile<Result>(text: string, work: (path: string) => Promise<Result>): Promise<Result> {
  const path = join(tmpdir(), `freehold-bench-${process.pid}.yaml`);
  await writeFile(path, text, { mode: 0o600 });
  try {
    return await work(path);
  } finally {
    await rm(path);
  }
}
