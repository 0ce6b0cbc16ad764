import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "./wait.ts";

/** Somebody who gives a service things to keep. */
export type Client = {
  readonly name: string;
  /** Hands over something that bears this label; whether the service said that it has it. Is asked again if not. */
  offer(label: string): Promise<boolean>;
  /** The labels of everything that the service has. */
  held(): Promise<readonly string[]>;
};

/** A client at work. */
export type Traffic = {
  readonly name: string;
  /** What the service said that it has. */
  readonly acknowledged: ReadonlySet<string>;
  /** Resolves when something that was offered from now on was acknowledged. */
  goesOn(): Promise<void>;
  /** Ends it after what is under way. */
  stop(): Promise<void>;
};

/** Between two offers, in milliseconds: several clients share the test's machine. */
const pause = 150;

/** Has a client offer one thing after the other, each again and again until it is acknowledged, as real programs do. */
export function startTraffic(client: Client): Traffic {
  const acknowledged = new Set<string>();
  let last = "";
  let offered = 0;
  let running = true;
  const work = async (): Promise<void> => {
    while (running) {
      offered += 1;
      const label = `${client.name}-${offered}`;
      while (running) {
        if (await client.offer(label).catch((thrown: unknown) => remember(thrown))) {
          acknowledged.add(label);
          break;
        }
        await delay(2 * pause);
      }
      await delay(pause);
    }
  };
  /** A refusal, or a machine without power: what was offered counts as not taken over. */
  const remember = (thrown: unknown): false => {
    last = String(thrown);
    return false;
  };
  const done = work();
  return {
    name: client.name,
    acknowledged,
    goesOn: async () => {
      // The one under way may have been taken over before now.
      const from = offered + 1;
      const isThere = async () => ([...acknowledged].some((label) => numberOf(label) >= from) ? true : undefined);
      await eventually(`${client.name} to go on (${last})`, isThere, 90_000).catch(() => {
        throw new Error(`expected ${client.name} to go on: ${last}`);
      });
    },
    stop: async () => {
      running = false;
      await done;
    },
  };
}

function numberOf(label: string): number {
  return Number(label.split("-").at(-1));
}
