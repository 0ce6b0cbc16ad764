import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createPushedLab, type PushedLab } from "../../test/world/pushing.ts";
import { milliseconds, type Row } from "../row.ts";

const service = (greeting: string) => `build: images/probe
port: 8080
env: {GREETING: ${greeting}}
state: {data: /data}
expose: [{host: alpha.lab.test, to: public}]
health: {path: /, every: 1s}
`;

/** Data that is thrown away and must come back, in megabytes. */
const data = 1024;

/**
 * A service with 1 GB of state on btrfs: from the command until a visitor gets what ran before. The command itself ends when that has been
 * well for three seconds more.
 */
export async function rollbackRows(): Promise<readonly Row[]> {
  const lab = await createPushedLab({ "services/alpha.yaml": service("one") });
  try {
    await moveToBtrfs(lab);
    await lab.push();
    const fill = `for each in $(seq 64); do head -c ${data / 64}M /dev/urandom > /data/$each; done; sync`;
    await lab.must(["exec", "alpha", "--", "sh", "-c", fill]);
    await lab.commit("Two", { "services/alpha.yaml": service("two") });
    await lab.push();
    await lab.must(["exec", "alpha", "--", "sh", "-c", "rm /data/*; sync"]);
    await lab.page("alpha.lab.test"); // writes the authority's certificate
    const files = await answeredAfter(lab, "one", ["rollback", "alpha", "--yes"]);
    await lab.must(["rollback", "alpha", "--to", "HEAD~1", "--yes"]);
    const all = await answeredAfter(lab, "one", ["rollback", "alpha", "--to", "HEAD~3", "--data", "--yes"]);
    const listed = await lab.machine.freehold(["exec", "alpha", "--", "sh", "-c", "cat /data/* | wc -c"]);
    if (listed.stdout.trim() !== String(data * 1024 ** 2)) throw new Error(`expected all data, got ${listed.stdout}`);
    return [
      {
        figure: "rollback of a service's files to the first answer of what ran before",
        measured: milliseconds(files),
        bound: { at: "most", amount: milliseconds(5_000) },
      },
      {
        figure: "rollback with 1 GB of data on btrfs to the first answer of what ran before",
        measured: milliseconds(all),
        bound: { at: "most", amount: milliseconds(30_000) },
      },
    ];
  } finally {
    await lab.machine.end();
  }
}

/** Milliseconds from a command until the service greets by this word; the command must succeed. */
async function answeredAfter(lab: PushedLab, greeting: string, words: readonly string[]): Promise<number> {
  const started = performance.now();
  const command = lab.must(words);
  for (;;) {
    const { stdout } = await lab.curl(["--max-time", "2", "https://alpha.lab.test/"]);
    if (stdout.includes(`"${greeting}"`)) break;
    if (performance.now() - started > 60_000) throw new Error(`expected "${greeting}" within a minute, got ${stdout}`);
    await delay(20);
  }
  const milliseconds = performance.now() - started;
  await command;
  return milliseconds;
}

/** What the machine keeps of its sites goes to a disk in a file, which goes with the machine. */
async function moveToBtrfs({ machine }: PushedLab): Promise<void> {
  const [image, place, sites] = [join(machine.disk, "btrfs"), join(machine.disk, "place"), join(machine.root, "sites")];
  for (const words of [
    ["truncate", `--size=${4 * data}M`, image],
    ["mkfs.btrfs", "--quiet", image],
    ["mkdir", place],
    ["mount", "-o", "loop", image, place],
    ["cp", "--archive", `${sites}/.`, place],
    ["mount", "--move", place, sites],
  ] as const) {
    const { code, stderr } = await machine.exec(words);
    if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}: ${stderr}`);
  }
}
