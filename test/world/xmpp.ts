import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { eventually } from "./wait.ts";

/** Where an XMPP client connects to, and as whom. */
export type XmppOptions = {
  /** `ada@example.org`, perhaps with a resource. */
  readonly jid: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  /** A PEM file with the authority that it trusts. */
  readonly authority: string;
  /** TLS from the first byte, instead of STARTTLS. */
  readonly direct?: boolean;
  /** It does not mind whom the certificate is for. */
  readonly anyName?: boolean;
};

/** Something that a client told: what happened, and facts about it. */
export type XmppEvent = Readonly<Record<string, unknown>> & { readonly event: string };

/** Where a client's program runs: a machine, or what stands outside of one. */
export type XmppPlace = {
  start(argv: readonly [string, ...string[]]): Promise<{ readonly process: ChildProcess }>;
};

/** A running XMPP client. */
export type XmppClient = {
  /** Everything that it told, in order. */
  readonly events: readonly XmppEvent[];
  /** Has it do something; see xmpp-client.py for what there is. */
  do(name: string, words?: Readonly<Record<string, unknown>>): void;
  /** The next event of this name, with these facts, that nobody has asked for yet. */
  told(event: string, facts?: Readonly<Record<string, unknown>>, milliseconds?: number): Promise<XmppEvent>;
  /** Logs out and ends it. */
  end(): Promise<void>;
};

const script = join(import.meta.dirname, "xmpp-client.py");

/** Starts a client; it connects at once. */
export async function startXmpp(place: XmppPlace, options: XmppOptions): Promise<XmppClient> {
  const { process: child } = await place.start(["/usr/bin/python3", script, JSON.stringify(options)]);
  const events: XmppEvent[] = [];
  const taken = new Set<XmppEvent>();
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error("a client without pipes");
  let complaints = "";
  stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints = (complaints + text).slice(-4096);
  });
  createInterface({ input: stdout }).on("line", (line) => events.push(JSON.parse(line)));
  const gone = once(child, "exit");
  return {
    events,
    do: (name, words = {}) => stdin.write(`${JSON.stringify({ do: name, ...words })}\n`),
    told: async (event, facts = {}, milliseconds = 20_000) => {
      const found = await eventually(
        `${options.jid} to tell ${event} ${JSON.stringify(facts)}`,
        async () => events.find((one) => one.event === event && !taken.has(one) && has(one, facts)),
        milliseconds,
      ).catch((cause: unknown) => {
        throw new Error(`it told ${JSON.stringify(events.slice(-8))} ${complaints}`, { cause });
      });
      taken.add(found);
      return found;
    },
    end: async () => {
      stdin.end();
      await gone;
    },
  };
}

/** Starts a client and waits until it is logged in. */
export async function loginXmpp(place: XmppPlace, options: XmppOptions): Promise<XmppClient> {
  const client = await startXmpp(place, options);
  await client.told("session");
  return client;
}

function has(event: XmppEvent, facts: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(facts).every(([name, value]) => JSON.stringify(event[name]) === JSON.stringify(value));
}
