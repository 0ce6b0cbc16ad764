// Runs on a test machine, in a checkout: pushes, notes when the first step of the change begins, and asks an address until it answers 200.
// Prints both in milliseconds from the start of the push, as JSON. Words: HOST REMOTE BRANCH (NODE_EXTRA_CA_CERTS is trusted)
import { spawn } from "node:child_process";
import { get } from "node:https";
import { setTimeout as delay } from "node:timers/promises";

const [host = "", remote = "", branch = ""] = process.argv.slice(2);

function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", servername: host, headers: { host }, timeout: 1000, agent: false };
    const request = get(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}

const started = performance.now();
let action: number | undefined;
let said = "";
const push = spawn("git", ["push", remote, branch], { stdio: ["ignore", "ignore", "pipe"] });
push.stderr.setEncoding("utf8").on("data", (text: string) => {
  said += text;
  // a step that begins is indented by four
  if (action === undefined && /^remote: {5}\S/m.test(said)) action = performance.now() - started;
});
while (!(await answers())) {
  if (performance.now() - started > 60_000) throw new Error(`${host} did not answer within a minute:\n${said}`);
  await delay(10);
}
const answer = performance.now() - started;
if (push.exitCode === null) await new Promise((resolve) => push.on("exit", resolve));
process.stdout.write(`${JSON.stringify({ action, answer })}\n`);
