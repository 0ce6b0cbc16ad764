import { randomInt } from "node:crypto";
import { networkInterfaces } from "node:os";
import { subnetOf } from "../../src/features/addresses.ts";

/** Slots that tests on this machine itself may use: a quarter for each worker, so that two never choose one at the same time. */
const first = 3600;
const quarter = 120;

let offset = 3 * randomInt(quarter / 3);

/** Three slots in a row whose subnets nobody on this machine has, a site that runs here included. */
export function freeSlots(): readonly [number, number, number] {
  const taken = new Set(
    Object.values(networkInterfaces()).flatMap((addresses) =>
      (addresses ?? []).map(({ address }) => subnetAround(address)),
    ),
  );
  const begin = first + (Number(process.env.VITEST_POOL_ID ?? "0") % 4) * quarter;
  for (let tries = 0; tries < quarter / 3; tries += 1) {
    offset = (offset + 3) % quarter;
    const slots = [begin + offset, begin + offset + 1, begin + offset + 2] as const;
    if (!slots.some((slot) => taken.has(subnetOf(slot)))) return slots;
  }
  throw new Error("expected three free slots for a test, got none");
}

function subnetAround(address: string): string {
  return `${address.split(".").slice(0, 3).join(".")}.0/24`;
}
