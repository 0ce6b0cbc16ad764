import { join } from "node:path";
import { runningContainer } from "../../test/world/containers.ts";
import { checkout } from "../../test/world/machine.ts";
import { createLab, type TestSite } from "../../test/world/site.ts";
import { podman, podmanOf } from "../podman-of.ts";
import { inPairs } from "../repeat.ts";
import { milliseconds, type Row } from "../row.ts";

const rounds = 7;
const service = "build: images/probe\nport: 8080\nexpose: public\n";

/** From a new file to the first answer, against `podman run` of the same image to its first answer. */
export async function firstAnswerRows(): Promise<readonly Row[]> {
  const lab = await createLab({ "services/echo.yaml": service });
  try {
    await lab.mustUp();
    const image = await imageOf(lab, "lab.echo");
    await podman(lab, ["network", "create", "--subnet", "10.99.0.0/24", "bare"]);
    const { ours, floor } = await inPairs(rounds, { ours: () => ourTime(lab), floor: () => bareTime(lab, image) });
    return [
      {
        figure: "new service, `freehold up --yes` to the first HTTPS 200",
        measured: milliseconds(ours),
        floor: { what: "`podman run` to the first HTTP 200", amount: milliseconds(floor) },
        bound: { at: "most", amount: milliseconds(1.5 * floor + 1000), because: "1.5 × and 1 s" },
      },
    ];
  } finally {
    await lab.machine.end();
  }
}

async function ourTime(lab: TestSite): Promise<number> {
  await lab.write({ "services/alpha.yaml": service });
  const up = [join(checkout, "bin/freehold"), "up", "--yes"];
  const took = await timeToAnswer(lab, ["alpha.lab.test", "127.0.0.1", "443", "https"], up);
  await lab.write({ "services/alpha.yaml": undefined });
  await lab.must(["up", "--yes"]);
  return took;
}

/** Podman alone, with the same storage and settings, on a bridge that is there already. */
async function bareTime(lab: TestSite, image: string): Promise<number> {
  const run = [...podmanOf(lab), "run", "-d", "--name", "bare", "--network", "bare", "--ip", "10.99.0.2", image];
  const took = await timeToAnswer(lab, ["bare", "10.99.0.2", "8080", "http"], run);
  await podman(lab, ["rm", "-f", "-t", "0", "bare"]);
  return took;
}

async function imageOf(lab: TestSite, container: string): Promise<string> {
  const { id } = await runningContainer(lab.machine, container);
  return podman(lab, ["inspect", "--format", "{{.ImageName}}", id]);
}

async function timeToAnswer(lab: TestSite, where: readonly string[], command: readonly string[]): Promise<number> {
  const script = join(import.meta.dirname, "../ask-until-answered.ts");
  const argv = [process.execPath, script, ...where, "--", ...command] as const;
  const { code, stdout, stderr } = await lab.machine.exec(argv, {
    cwd: lab.machine.site,
    env: { NODE_EXTRA_CA_CERTS: lab.authority },
  });
  if (code !== 0) throw new Error(stderr);
  return Number(stdout);
}
