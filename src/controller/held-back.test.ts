import { describe, expect, test } from "vitest";
import { type Plan, type Step, stepId } from "../plan/step.ts";
import type { Certificate } from "../resource/kinds/certificate.ts";
import type { Link } from "../resource/kinds/link.ts";
import { withoutHeldBack } from "./held-back.ts";

function create(name: string, needs: readonly string[] = []): Step {
  const from = "10.224.1.0/24";
  const resource: Link = { kind: "link", id: name, service: name, needs, from, to: { zone: "lan" }, protocol: "any" };
  return { action: "create", resource, because: { changes: [] } };
}

describe("what is left alone for now", () => {
  const plan: Plan = {
    site: "home",
    basis: "",
    steps: [create("a"), create("b", ["a"]), create("c", ["b"]), create("d")],
  };
  const left = (...held: readonly string[]): string =>
    withoutHeldBack(plan, (id) => held.includes(id))
      .steps.map(stepId)
      .join("");

  test("takes with it what waits for it, and nothing else", () => {
    expect(left("a")).toBe("d");
    expect(left("b")).toBe("ad");
    expect(left("d")).toBe("abc");
    expect(left()).toBe("abcd");
  });

  test("is a certificate's renewal alone: the front door uses the old one", () => {
    const resource: Certificate = {
      ...{ kind: "certificate", id: "certificate/front/a", service: "front", needs: [] },
      ...{ names: ["a.test"], issuer: "local", domains: ["a.test"], owner: 99 },
    };
    const steps = (reason: string): string => {
      const renew: Step = { action: "update", resource, was: { resource }, because: { changes: [], reason } };
      const all = { ...plan, steps: [renew, create("door", [resource.id])] };
      return withoutHeldBack(all, (id) => id === resource.id)
        .steps.map(stepId)
        .join("");
    };
    expect(steps("renewal due")).toBe("door");
    expect(steps("damaged")).toBe("");
  });

  test("keeps in the plan what is only listed as it is", () => {
    const was = create("a");
    if (was.action !== "create") throw new Error("expected a create");
    const keep: Step = {
      action: "keep",
      resource: was.resource,
      was: { resource: was.resource },
      because: { changes: [] },
    };
    expect(withoutHeldBack({ ...plan, steps: [keep] }, () => true).steps).toHaveLength(1);
  });
});
