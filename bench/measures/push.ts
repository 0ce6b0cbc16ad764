import { join } from "node:path";
import { numberAt, parseJson } from "../../src/lib/json.ts";
import { createPushedLab, type PushedLab } from "../../test/world/pushing.ts";
import { median } from "../repeat.ts";
import { milliseconds, type Row } from "../row.ts";

const rounds = 5;
const service = "build: images/probe\nport: 8080\nexpose: public\n";

/** From `git push` of a commit with a new service to the first step of its change, and to its first page. */
export async function pushRows(): Promise<readonly Row[]> {
  const lab = await createPushedLab({ "services/echo.yaml": service });
  try {
    await lab.push();
    await lab.page("echo.lab.test"); // writes the authority's certificate
    const actions: number[] = [];
    const answers: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await lab.commit("Alpha", { "services/alpha.yaml": service });
      const { action, answer } = await push(lab);
      actions.push(action);
      answers.push(answer);
      await lab.commit("Without alpha", { "services/alpha.yaml": undefined });
      await lab.push();
    }
    return [
      {
        figure: "`git push` to the first step of the change",
        measured: milliseconds(median(actions)),
        bound: { at: "most", amount: milliseconds(2000) },
      },
      {
        figure: "`git push` of a new service to the first HTTPS 200",
        measured: milliseconds(median(answers)),
        bound: { at: "most", amount: milliseconds(5000) },
      },
    ];
  } finally {
    await lab.machine.end();
  }
}

async function push({ machine, authority }: PushedLab): Promise<{ readonly action: number; readonly answer: number }> {
  const script = join(import.meta.dirname, "../push-until-answered.ts");
  const { code, stdout, stderr } = await machine.exec([process.execPath, script, "alpha.lab.test", "lab", "main"], {
    cwd: machine.site,
    env: { NODE_EXTRA_CA_CERTS: authority },
  });
  const read = parseJson(stdout);
  if (code !== 0 || numberAt(read, "action") === 0) throw new Error(`${stdout}${stderr}`);
  return { action: numberAt(read, "action"), answer: numberAt(read, "answer") };
}
