import { fail } from "../lib/problem.ts";
import type { Slots } from "../resource/observed.ts";

/** The highest slot of a machine; the lowest is 1. Slot 0 would begin with the network's own address. */
const lastSlot = 4095;

/** The first user id of the machine that belongs to slot 0. */
const firstUser = 268_435_456;

/** Containers stand at `.2` to `.254` of their service's /24: `.1` is the gateway, `.255` is for broadcasts. */
const firstHost = 2;
const hosts = 253;

/**
 * Gives each service its place in the address plan. A service that holds one keeps it; a new one gets the hash of its name,
 * or the next place that is free. Nobody gets a place that another service holds, were it one that has left the site and only
 * keeps its data, or that is foreign (another site of this machine has it). The order of `services` plays no part.
 *
 * Problem: `ADDRESSES_EXHAUSTED` beyond 4,095 places.
 */
export function assignSlots(services: readonly string[], held: Slots, foreign: readonly number[]): Slots {
  const taken = new Set(foreign);
  const kept = new Map<string, number>();
  for (const [service, slot] of sortedEntries(held)) {
    const doubled = [...kept.values()].includes(slot);
    if (doubled || !Number.isInteger(slot) || slot < 1 || slot > lastSlot) continue;
    kept.set(service, slot);
  }
  for (const slot of kept.values()) taken.add(slot);

  const slots: [string, number][] = [];
  for (const service of [...new Set(services)].sort()) {
    const slot = kept.get(service) ?? 1 + probe(nameHash(service), lastSlot, (index) => taken.has(index + 1));
    taken.add(slot);
    slots.push([service, slot]);
  }
  return Object.fromEntries(slots);
}

/** The subnet of a slot: `10.224.5.0/24`. */
export function subnetOf(slot: number): string {
  return `${networkOf(slot)}.0/24`;
}

/** The machine's own address in the subnet of a slot: `10.224.5.1`. */
export function gatewayOf(slot: number): string {
  return `${networkOf(slot)}.1`;
}

/** The first of the 65,536 user ids of the machine that belong to a slot. */
export function usersOf(slot: number): number {
  return firstUser + slot * 65_536;
}

/** One process that needs an address: a part, which of its replicas, from 1, and which of the two that relieve each other there. */
export type Seat = { readonly part: string; readonly replica: number; readonly turn?: "b" };

/** Opposite on the circle: up to 100 replicas of one part never meet those that relieve them. */
const opposite = 126;

/**
 * Gives each seat its own address in the subnet of a slot, in the order of `seats`. An address follows from the part's name, the
 * replica and the turn, so a new part or replica moves another only where their addresses collide; first turns are placed first, and of
 * them first replicas.
 *
 * Problem: `ADDRESSES_EXHAUSTED` beyond 253 seats.
 */
export function addressesOf(slot: number, seats: readonly Seat[]): readonly string[] {
  const taken = new Set<number>();
  const places = new Map<Seat, number>();
  for (const seat of [...seats].sort(bySeat)) {
    const wanted = nameHash(seat.part) + seat.replica - 1 + (seat.turn === "b" ? opposite : 0);
    const place = probe(wanted, hosts, (index) => taken.has(index));
    taken.add(place);
    places.set(seat, place);
  }
  return seats.map((seat) => `${networkOf(slot)}.${firstHost + (places.get(seat) ?? 0)}`);
}

function networkOf(slot: number): string {
  return `10.${224 + (slot >> 8)}.${slot & 255}`;
}

/** The first index from `wanted` on, round the circle of `size`, that is free. */
function probe(wanted: number, size: number, taken: (index: number) => boolean): number {
  for (let step = 0; step < size; step += 1) {
    const index = (wanted + step) % size;
    if (!taken(index)) return index;
  }
  return fail("ADDRESSES_EXHAUSTED", `expected at most ${size} places in the address plan, got more`, {
    hint:
      size === lastSlot
        ? "remove services, or delete the data of old ones with freehold down --delete-state"
        : "lower replicas, or make a service of its own of some parts",
  });
}

/** 32 bits of FNV-1a over the UTF-16 units of a name. http://www.isthe.com/chongo/tech/comp/fnv/ */
function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

function bySeat(a: Seat, b: Seat): number {
  if (a.turn !== b.turn) return a.turn === "b" ? 1 : -1;
  if (a.replica !== b.replica) return a.replica - b.replica;
  return a.part < b.part ? -1 : a.part > b.part ? 1 : 0;
}

function sortedEntries(slots: Slots): [string, number][] {
  return Object.entries(slots).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
