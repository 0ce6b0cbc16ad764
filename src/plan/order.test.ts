import { describe, expect, test } from "vitest";
import type { Link } from "../resource/kinds/link.ts";
import type { Resource } from "../resource/resource.ts";
import { ordered, waits } from "./order.ts";
import { type Step, stepId } from "./step.ts";

const because = { changes: [] };

function volume(name: string, needs: readonly string[] = [], service = "a"): Resource {
  return { kind: "volume", id: `volume/${name}`, service, needs, part: "p", name, slot: 1 };
}

function link(name: string, needs: readonly string[] = [], service = "a"): Link {
  return {
    kind: "link",
    id: `link/${name}`,
    service,
    needs,
    from: "10.224.1.0/24",
    to: { zone: "lan" },
    protocol: "any",
  };
}

function create(resource: Resource): Step {
  return { action: "create", resource, because };
}

function replace(resource: Resource, needed: readonly string[]): Step {
  return { action: "replace", resource, was: { resource: { ...resource, needs: needed } }, because };
}

function remove(resource: Resource): Step {
  return { action: "remove", was: { resource }, because };
}

describe("which steps wait for which", () => {
  test("what is made waits for what it needs, as far as that is in the plan", () => {
    const edges = waits([create(volume("x", ["volume/y", "volume/elsewhere"])), create(volume("y"))]);
    expect(edges.get("volume/x")).toEqual(["volume/y"]);
    expect(edges.get("volume/y")).toEqual([]);
  });

  test("what is made waits until unwanted users of its service are gone, of no other service", () => {
    const edges = waits([create(link("new")), remove(link("old")), remove(link("other", [], "b"))]);
    expect(edges.get("link/new")).toEqual(["link/old"]);
  });

  test("a removal waits for the removal of those who needed it", () => {
    const edges = waits([remove(volume("x")), remove(link("user", ["volume/x"]))]);
    expect(edges.get("volume/x")).toEqual(["link/user"]);
    expect(edges.get("link/user")).toEqual([]);
  });

  test("what is used goes after its user was changed to do without; a user that goes waits for no change", () => {
    const edges = waits([remove(volume("x")), remove(link("gone")), replace(link("user"), ["volume/x", "link/gone"])]);
    expect(edges.get("volume/x")).toEqual(["link/user"]);
    expect(edges.get("link/gone")).toEqual([]);
    expect(edges.get("link/user")).toEqual(["link/gone"]);
  });

  test("the order has every step once, behind all that it waits for, also where old needs form a ring", () => {
    const steps = [
      remove(link("a", ["link/b"])),
      remove(link("b", ["link/a"])),
      create(volume("c", ["volume/d"])),
      create(volume("d")),
    ];
    const ids = ordered(steps).map(stepId);
    expect(ids.toSorted()).toEqual(steps.map(stepId).toSorted());
    expect(ids.indexOf("volume/d")).toBeLessThan(ids.indexOf("volume/c"));
  });
});
