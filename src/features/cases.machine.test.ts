import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeCertificate } from "../../test/front-door/certificate.ts";
import { program } from "../../test/front-door/front-door.ts";
import { compileCase, readCases } from "../../test/golden/case.ts";
import { exec } from "../lib/exec.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-cases-"));
  await writeCertificate(directory, "any", ["any.test"]);
});
afterAll(() => rm(directory, { recursive: true }));

const cases = await readCases();

describe("HAProxy itself finds nothing to say", () => {
  test.each(cases)("about the configuration of $file", async (one) => {
    const place = await mkdtemp(join(directory, "case-"));
    await mkdir(join(place, "front/current"), { recursive: true });
    await mkdir(join(place, "certificates"));
    const { resources } = await compileCase(one);
    for (const resource of resources) {
      const name = resource.id.split("/").at(-1);
      if (resource.kind === "certificate")
        await copyFile(join(directory, "any.pem"), join(place, `certificates/${name}.pem`));
      if (resource.id !== "file/front/haproxy" || resource.kind !== "file" || resource.content.from !== "text")
        continue;
      for (const [file, text] of Object.entries(resource.content.entries))
        await writeFile(join(place, "front/current", file), text.replaceAll("/etc/freehold", place));
    }
    const { code, stdout, stderr } = await exec([program, "-c", "-f", join(place, "front/current/haproxy.cfg")]);
    // a name in a case need not exist
    const said = `${stdout}${stderr}`
      .split("\n")
      .filter((line) => /WARNING|ALERT/.test(line) && !/could not resolve/.test(line));
    expect({ code, said }).toEqual({ code: 0, said: [] });
  });
});
