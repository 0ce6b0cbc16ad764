// Runs on a test machine: starts a command and asks an address until it answers 200. Prints the milliseconds from the start of
// the command to that answer. Words: HOST ADDRESS PORT https|http -- COMMAND…   (https trusts NODE_EXTRA_CA_CERTS)
import { spawn } from "node:child_process";
import { get as getHttp } from "node:http";
import { get as getHttps } from "node:https";
import { setTimeout as delay } from "node:timers/promises";

const [host = "", address = "", port = "", protocol = "", , program = "", ...rest] = process.argv.slice(2);

function answers(): Promise<boolean> {
  const get = protocol === "https" ? getHttps : getHttp;
  return new Promise((resolve) => {
    const request = get(
      { host: address, port: Number(port), servername: host, headers: { host }, timeout: 1000, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}

const started = performance.now();
const command = spawn(program, rest, { stdio: ["ignore", "ignore", "inherit"] });
while (!(await answers())) {
  if (performance.now() - started > 60_000) throw new Error(`${host} did not answer within a minute`);
  await delay(10);
}
process.stdout.write(`${performance.now() - started}\n`);
command.on("exit", () => process.exit(0));
if (command.exitCode !== null) process.exit(0);
