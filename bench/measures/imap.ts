import { join } from "node:path";
import { accounts } from "../../test/world/accounts.ts";
import { addressOf, runningContainer } from "../../test/world/containers.ts";
import type { TestSite } from "../../test/world/site.ts";
import { eventually } from "../../test/world/wait.ts";
import { inPairs } from "../repeat.ts";
import { type Row, times } from "../row.ts";

const program = join(import.meta.dirname, "../imap-load.py");
const rounds = 9;
const connections = 4;
const seconds = 3;

type Way = readonly [address: string, port: string, ...words: string[]];

/**
 * Somebody logs in over TLS, opens the inbox, fetches a message and leaves: through the front door, and straight to the mailboxes'
 * container with the same certificate, where the client itself says who asks, as the front door does.
 */
export async function imapRow(home: TestSite): Promise<Row> {
  const mail = accounts(home).find(({ service }) => service === "mail");
  await mail?.keep(home.ada);
  await eventually("a message to fetch", async () => ((await mail?.has(home.ada)) ? true : undefined));
  const container = await addressOf(await runningContainer(home.machine, "home.mail.imap"));
  const pairs = await inPairs(rounds, {
    ours: () => loadOf(home, ["127.0.0.1", "8993"]),
    floor: () => loadOf(home, [container, "10993", "proxy"]),
  });
  return {
    figure: `IMAP over TLS, login, fetch and logout, ${connections} side by side`,
    measured: { value: pairs.ours, unit: "requests/s" },
    floor: { what: "straight to Dovecot", amount: { value: pairs.floor, unit: "requests/s" } },
    ratio: times(pairs.ratio),
    bound: { at: "least", amount: times(0.9) },
  };
}

async function loadOf(home: TestSite, [address, port, ...more]: Way): Promise<number> {
  const words = ["mail.home.localhost", home.authority, "ada", `${connections}`, `${seconds}`, ...more];
  const { code, stdout, stderr } = await home.machine.exec(["/usr/bin/python3", program, address, port, ...words], {
    input: `${home.ada.password}\n`,
  });
  if (code !== 0 || !(Number(stdout) > 0)) throw new Error(`the IMAP client ended with ${code}: ${stderr.slice(-500)}`);
  return Number(stdout);
}
