import { X509Certificate } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runningContainer } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { peopleYaml } from "../world/person.ts";
import { createLab, type TestSite } from "../world/site.ts";

/** The image says by itself that it runs as 1000; the file says nothing. */
const alpha = [
  "build: images/probe",
  "port: 8080",
  "expose: private",
  "certificate: {path: /run/tls}",
  "people: {path: /run/people, give: [names, passwords, addresses]}",
  "",
].join("\n");

let lab: TestSite;

beforeAll(async () => {
  lab = await createLab({ "services/alpha.yaml": alpha, "services/beta.yaml": "build: images/probe\nport: 8080\n" });
  await lab.write({ "people.yaml": peopleYaml([lab.ada]) });
  await lab.mustUp();
});
afterAll(endMachines);

const inside = async (script: string): Promise<string> =>
  lab.must(["exec", "alpha", "--", "sh", "-c", `${script} 2>&1 || true`]);
const kept = () => join(lab.machine.root, "sites/lab/part-certificates");

test("a part reads its certificate, key and people as the user that its image names, and no other part has them", async () => {
  const certificate = new X509Certificate(await inside("cat /run/tls/current/certificate.pem"));
  expect(certificate.subjectAltName).toBe("DNS:alpha.lab.test");
  expect(await inside("id -u; cat /run/tls/current/key.pem")).toMatch(/^1000\n-----BEGIN PRIVATE KEY-----/);
  expect(await inside("stat -c '%u %a' /run/tls/current/key.pem /run/people/current/passwords")).toBe(
    "1000 400\n1000 400\n",
  );
  expect(await inside("cat /run/people/current/names /run/people/current/addresses")).toBe(
    [
      "ada ada",
      "ada@lab.test ada",
      "family@lab.test ada",
      ...["abuse", "hostmaster", "postmaster"].map((role) => `${role}@lab.test ada`),
      "",
    ].join("\n"),
  );
  expect(await lab.must(["exec", "beta", "--", "ls", "/run"])).not.toMatch(/tls|people/);
});

test("a lost one is made anew, which the same process then sees and can read", async () => {
  const before = await runningContainer(lab.machine, "lab.alpha");
  const first = await inside("readlink /run/tls/current");
  await rm(join(kept(), "alpha_alpha", first.trim()), { recursive: true });
  await lab.mustUp();
  expect(await inside("readlink /run/tls/current")).not.toBe(first);
  expect(await inside("cat /run/tls/current/key.pem")).toContain("-----END PRIVATE KEY-----");
  expect((await runningContainer(lab.machine, "lab.alpha")).pid).toBe(before.pid);
});

test("somebody who joins is seen without a restart", async () => {
  const before = await runningContainer(lab.machine, "lab.alpha");
  await lab.write({ "people.yaml": peopleYaml([lab.ada, lab.ben]) });
  await lab.mustUp();
  expect(await inside("cat /run/people/current/names; cut -d: -f1 /run/people/current/passwords")).toBe(
    "ada ada\nben ben\nada\nben\n",
  );
  expect((await runningContainer(lab.machine, "lab.alpha")).pid).toBe(before.pid);
});

test("a service that wants none any more leaves none behind", async () => {
  await lab.write({ "services/alpha.yaml": "build: images/probe\nport: 8080\nexpose: private\n" });
  await lab.mustUp();
  expect(await readdir(kept())).toEqual([]);
  expect(await inside("ls /run/tls")).toMatch(/No such file/);
});
