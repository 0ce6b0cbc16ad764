import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressesOf, assignSlots, gatewayOf, subnetOf, usersOf } from "./addresses.ts";

const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 30 });
const slot = fc.integer({ min: 1, max: 4095 });
const many = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);
const exhausted = expect.objectContaining({ problem: expect.objectContaining({ code: "ADDRESSES_EXHAUSTED" }) });

describe("a slot", () => {
  test("is one's own: nobody else's, no foreign one, from 1 to 4095", () => {
    fc.assert(
      fc.property(names, fc.array(slot, { maxLength: 50 }), (services, foreign) => {
        const slots = Object.values(assignSlots(services, {}, foreign));
        expect(new Set(slots).size).toBe(services.length);
        expect(slots.every((one) => one >= 1 && one <= 4095 && !foreign.includes(one))).toBe(true);
      }),
    );
  });

  test("is kept through every change of the other services", () => {
    fc.assert(
      fc.property(names, names, (before, after) => {
        const held = assignSlots(before, {}, []);
        const now = assignSlots(after, held, []);
        for (const service of after.filter((name) => Object.hasOwn(held, name)))
          expect(now[service]).toBe(held[service]);
      }),
    );
  });

  test("of a service that has left is not given away while its data remembers it", () => {
    const { wiki = 0 } = assignSlots(["wiki"], {}, []);
    const others = Object.values(assignSlots(many(4094), { wiki }, []));
    expect(others).not.toContain(wiki);
  });

  test("does not depend on the order of the services", () => {
    fc.assert(
      fc.property(names, (services) => {
        expect(assignSlots([...services].reverse(), {}, [])).toEqual(assignSlots(services, {}, []));
      }),
    );
  });

  test("is found for names that objects have of their own", () => {
    const slots = assignSlots(["constructor", "valueof"], {}, []);
    expect(Object.keys(slots)).toEqual(["constructor", "valueof"]);
    expect(Object.values(slots).every(Number.isInteger)).toBe(true);
  });

  test("that two claim stays with the first by name, and one beyond the plan is not kept", () => {
    const slots = assignSlots(["a", "b", "c"], { a: 7, b: 7, c: 4096 }, []);
    expect(slots.a).toBe(7);
    expect(new Set(Object.values(slots)).size).toBe(3);
    expect(slots.c).toBeLessThan(4096);
  });

  test("runs out after 4,095", () => {
    expect(Object.keys(assignSlots(many(4095), {}, []))).toHaveLength(4095);
    expect(() => assignSlots(many(4096), {}, [])).toThrowError(exhausted);
    expect(() => assignSlots(many(4095), {}, [1])).toThrowError(exhausted);
  });

  test("says which network, gateway and users belong to it", () => {
    expect([subnetOf(5), gatewayOf(5), usersOf(5)]).toEqual(["10.224.5.0/24", "10.224.5.1", 268_763_136]);
    expect([subnetOf(4095), usersOf(4095) + 65_535]).toEqual(["10.239.255.0/24", 536_870_911]);
  });
});

describe("the address of a container", () => {
  const seats = fc.uniqueArray(
    fc.record({ part: fc.stringMatching(/^[a-z]{1,3}$/), replica: fc.integer({ min: 1, max: 100 }) }),
    { maxLength: 60, selector: ({ part, replica }) => `${part} ${replica}` },
  );

  test("is its own, from .2 to .254", () => {
    fc.assert(
      fc.property(slot, seats, (at, all) => {
        const addresses = addressesOf(at, all);
        expect(new Set(addresses).size).toBe(all.length);
        for (const address of addresses) {
          const last = Number(address.split(".").at(-1));
          expect(last).toBeGreaterThanOrEqual(2);
          expect(last).toBeLessThanOrEqual(254);
        }
      }),
    );
  });

  test("stays when a replica is added", () => {
    const [one, two] = addressesOf(9, [
      { part: "web", replica: 1 },
      { part: "db", replica: 1 },
    ]);
    const more = addressesOf(9, [
      { part: "web", replica: 1 },
      { part: "db", replica: 1 },
      { part: "web", replica: 2 },
    ]);
    expect(more.slice(0, 2)).toEqual([one, two]);
  });

  test("of a first replica never gives way to a further one", () => {
    fc.assert(
      fc.property(slot, seats, (at, all) => {
        const first = all.filter(({ replica }) => replica === 1);
        const alone = new Map(first.map((seat, index) => [seat, addressesOf(at, first)[index]]));
        const together = addressesOf(at, all);
        for (const [seat, address] of alone) expect(together[all.indexOf(seat)]).toBe(address);
      }),
    );
  });

  test("runs out after 253", () => {
    const crowd = (count: number) => Array.from({ length: count }, (_, index) => ({ part: "a", replica: index + 1 }));
    expect(new Set(addressesOf(1, crowd(253))).size).toBe(253);
    expect(() => addressesOf(1, crowd(254))).toThrowError(exhausted);
  });
});
