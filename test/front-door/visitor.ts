// A visitor who never rests, for tests: `visitor.ts HOST ADDRESS`. Asks over HTTPS in four lines at once, half of them on
// connections that are kept, until standard input ends. Then prints how many answers were right and what the others were.
import { Agent, request } from "node:https";

const [host, address] = process.argv.slice(2);
let resting = false;
let right = 0;
const wrong: string[] = [];

function ask(agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const asked = request(
      { host: address, port: 443, servername: host, headers: { host }, agent, rejectUnauthorized: false },
      (response) => {
        response.resume();
        response.on("end", () => resolve(String(response.statusCode)));
        response.on("error", (error) => resolve(error.message));
      },
    );
    asked.on("error", (error) => resolve(error.message));
    asked.end();
  });
}

async function line(agent: Agent): Promise<void> {
  while (!resting) {
    const answer = await ask(agent);
    if (answer === "200") right += 1;
    else wrong.push(answer);
  }
  agent.destroy();
}

process.stdin.on("end", () => {
  resting = true;
});
process.stdin.resume();
await Promise.all([true, true, false, false].map((keepAlive) => line(new Agent({ keepAlive, maxSockets: 1 }))));
process.stdout.write(`${JSON.stringify({ right, wrong })}\n`);
