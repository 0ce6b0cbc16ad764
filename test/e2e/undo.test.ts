import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExecResult } from "../../src/lib/exec.ts";
import { runningContainers } from "../world/containers.ts";
import { descendants } from "../world/descendants.ts";
import { checkout, endMachines } from "../world/machine.ts";
import { createLab, type TestSite } from "../world/site.ts";
import { eventually } from "../world/wait.ts";

/** Writes its version into its state as soon as it starts; what it does then depends on the version. */
const program = (end: string): string => `
use strict; use IO::Socket::INET; $| = 1; $SIG{TERM} = sub { exit 0 };
open(my $data, ">>", "/data/format") or die "cannot write: $!"; print $data "$ENV{VERSION}\\n"; close $data;
if ($ENV{VERSION} eq "bad") { print "migrated everything, but where are my teeth?\\n"; sleep 1 while 1; }
my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 9, ReuseAddr => 1) or die "no port: $!";
${end}
while (my $client = $server->accept) { print $client "HTTP/1.0 200 OK\\r\\n\\r\\nhere\\n"; close $client; }
`;
const keeper = (version: string): string => `image: docker.io/library/debian:trixie-slim
command: [perl, /srv/keeper.pl]
files: {/srv/keeper.pl: files/keeper.pl}
port: 8080
health: {tcp: 8080, within: 3s}
state: {data: /data}
env: {VERSION: "${version}"}
`;
const echo = (greeting: string): string =>
  `build: images/probe\nport: 8080\nexpose: public\nenv: {GREETING: ${greeting}}\n`;

let lab: TestSite;
beforeAll(async () => {
  lab = await createLab({
    "services/keeper.yaml": keeper("one"),
    "services/echo.yaml": echo("hello"),
    "files/keeper.pl": program(""),
  });
  await lab.machine.exec(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", lab.machine.root]);
  await lab.mustUp();
  await onMachine(`head -c 12m /dev/urandom > ${state()}/letters`);
});
afterAll(endMachines);

describe("a change that goes wrong", () => {
  test("goes back by itself, with the state that the bad version had migrated already, while others go on", async () => {
    const letters = await onMachine(`sha256sum ${state()}/letters`);
    const plan = await planFor({ "services/keeper.yaml": keeper("bad"), "services/echo.yaml": echo("good-day") });
    expect(plan).toMatch(/keeper +replace[^✔]*its state, 12 MB, is copied/);
    const said = words(await lab.up());
    expect(said.text).toMatch(/✖ keeper +expected keeper to be healthy within 3 s/);
    expect(said.text).toContain("where are my teeth?");
    expect(said.text).toMatch(/↩ keeper +the old version is back, with its data of \d\d:\d\d:\d\d/);
    expect(said.text).toContain("keeper is held at its old version until its file changes");
    expect(said.code).toBe(3);
    expect((await format()).replaceAll("one\n", "")).toBe("");
    expect(await onMachine(`sha256sum ${state()}/letters`)).toBe(letters);
    expect((await lab.curl(["https://echo.lab.test/"])).stdout).toContain("good-day");
    expect(await lab.must(["logs", "keeper", "--failed"])).toContain("where are my teeth?");
  });

  test("is not made again until the file says something else: the old version runs on untouched", async () => {
    const before = (await runningContainers(lab.machine)).get("lab.keeper");
    const said = words(await lab.up());
    expect(said.text).toContain("nothing to change");
    expect(said.code).toBe(3);
    expect((await runningContainers(lab.machine)).get("lab.keeper")).toEqual(before);
  });

  test("goes back with a version that dies after its first answer, and with files whose source is another by now", async () => {
    const dying = program('alarm 1; $SIG{ALRM} = sub { print "out of breath\\n"; exit 3 };');
    await lab.write({ "files/keeper.pl": dying, "services/keeper.yaml": keeper("two") });
    const said = words(await lab.up());
    expect(said.text).toMatch(/↩ keeper +the old version is back/);
    expect((await format()).replaceAll("one\n", "")).toBe("");
    const inside = await lab.must(["exec", "keeper", "--", "cat", "/srv/keeper.pl"]);
    expect(inside).toBe(program(""));
  });

  test("is not begun when there is no room for the copy of the state; what it had stopped runs again", async () => {
    await lab.write({ "files/keeper.pl": program(""), "services/keeper.yaml": keeper("three") });
    const before = (await runningContainers(lab.machine)).get("lab.keeper");
    const was = await format();
    await onMachine(`rm -rf ${lab.machine.root}/sites/lab/snapshots/keeper`);
    await onMachine(
      `fallocate -l $(( $(df --output=avail -B1 ${lab.machine.root} | tail -1) - 6000000 )) ${lab.machine.root}/ballast`,
    );
    const said = words(await lab.up());
    expect(said.text).toMatch(/room|full/);
    expect(said.text).toMatch(/↩ keeper +nothing of it was changed: the old version runs on/);
    expect(said.text).toContain("keeper is left at its old version; the next change tries again");
    expect((await runningContainers(lab.machine)).get("lab.keeper")?.id).toBe(before?.id);
    expect(await format()).toBe(`${was}one\n`);
    await onMachine(`rm ${lab.machine.root}/ballast`);
    await lab.mustUp();
    expect(await format()).toMatch(/three\n$/);
  });

  test("is undone by the supervisor when whoever made it was killed on the way", async () => {
    await lab.write({ "services/keeper.yaml": keeper("bad") });
    const { pid } = await lab.machine.start([join(checkout, "bin/freehold"), "up", "--yes"], { cwd: lab.machine.site });
    await eventually("the bad version to run", async () => ((await format()).endsWith("bad\n") ? true : undefined));
    const tree = [pid, ...(await descendants(pid))];
    for (const each of tree) process.kill(each, "SIGKILL");
    await eventually("the old version to be back", async () =>
      (await format()).endsWith("three\n") ? true : undefined,
    );
    expect(await format()).not.toContain("bad");
    const isOpen = `test -e ${lab.machine.root}/sites/lab/ledger/open-change.json && echo open || true`;
    await eventually("the change to be over", async () => ((await onMachine(isOpen)) === "" ? true : undefined));
    expect((await lab.up()).code).toBe(3);
    expect(await format()).not.toContain("bad");
  });
});

const state = (): string => join(lab.machine.root, "sites/lab/state/keeper/keeper/data");

async function format(): Promise<string> {
  return onMachine(`cat ${state()}/format`);
}

async function planFor(files: Readonly<Record<string, string>>): Promise<string> {
  await lab.write(files);
  return (await lab.machine.freehold(["plan"])).stdout;
}

async function onMachine(script: string): Promise<string> {
  const { code, stdout, stderr } = await lab.machine.exec(["sh", "-c", script]);
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${stderr}`);
  return stdout;
}

function words({ code, stdout, stderr }: ExecResult): { code: number; text: string } {
  return { code, text: `${stdout}\n${stderr}` };
}
