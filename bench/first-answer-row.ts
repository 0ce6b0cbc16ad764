import { join } from "node:path";
import { runningContainer } from "../test/world/containers.ts";
import { checkout } from "../test/world/machine.ts";
import { createLab, type TestSite } from "../test/world/site.ts";
import { podman, podmanOf } from "./podman-of.ts";
import { median, type Row, seconds } from "./row.ts";

const rounds = 5;
const service = "build: images/probe\nport: 8080\nexpose: public\n";

/** From a new file to the first answer, against `podman run` of the same image to its first answer. */
export async function firstAnswerRow(): Promise<Row> {
  const lab = await createLab({ "services/echo.yaml": service });
  try {
    await lab.mustUp();
    const ours: number[] = [];
    const floor: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await lab.write({ "services/alpha.yaml": service });
      const up = [join(checkout, "bin/freehold"), "up", "--yes"];
      ours.push(await timeToAnswer(lab, ["alpha.lab.test", "127.0.0.1", "443", "https"], up));
      await lab.write({ "services/alpha.yaml": undefined });
      await lab.mustUp();
      floor.push(await bareRun(lab));
    }
    const [measured, least] = [median(ours), median(floor)];
    const bound = 1.5 * least + 1000;
    return {
      what: "a new one-file service, image present: `up --yes` to the first HTTPS answer",
      measured: seconds(measured),
      floor: `${seconds(least)} for \`podman run\` to the first HTTP answer`,
      bound: `${seconds(bound)} (1.5 times and 1 s)`,
      within: measured <= bound,
    };
  } finally {
    await lab.machine.end();
  }
}

async function timeToAnswer(lab: TestSite, where: readonly string[], command: readonly string[]): Promise<number> {
  const script = join(import.meta.dirname, "first-answer.ts");
  const argv = [process.execPath, script, ...where, "--", ...command] as const;
  const { code, stdout, stderr } = await lab.machine.exec(argv, {
    cwd: lab.machine.site,
    env: { NODE_EXTRA_CA_CERTS: lab.authority },
  });
  if (code !== 0) throw new Error(stderr);
  return Number(stdout);
}

/** Podman alone, with the same storage and settings, on a bridge of its own. */
async function bareRun(lab: TestSite): Promise<number> {
  const { id } = await runningContainer(lab.machine, "lab.echo");
  const image = await podman(lab, ["inspect", "--format", "{{.ImageName}}", id]);
  await podman(lab, ["network", "create", "--subnet", "10.99.0.0/24", "bare"]);
  const run = [...podmanOf(lab), "run", "-d", "--name", "bare", "--network", "bare", "--ip", "10.99.0.2", image];
  const took = await timeToAnswer(lab, ["bare", "10.99.0.2", "8080", "http"], run);
  await podman(lab, ["rm", "-f", "-t", "0", "bare"]);
  await podman(lab, ["network", "rm", "bare"]);
  return took;
}
