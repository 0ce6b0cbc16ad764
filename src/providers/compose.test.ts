import { describe, expect, test } from "vitest";
import { compose } from "./compose.ts";
import { context, create } from "./contract/world.ts";
import { memoryRuntime } from "./memory/provider.ts";
import { memoryWorld, thingsOf } from "./memory/world.ts";
import type { Provider, Runtime } from "./provider.ts";

const volume = { kind: "volume", id: "volume/a/a/d", service: "a", needs: [], part: "a", name: "d", slot: 4 } as const;
const image = {
  kind: "image",
  id: "image/a",
  service: "a",
  needs: [],
  reference: "r/a:1",
  source: { from: "registry" },
} as const;

describe("a composed runtime", () => {
  const make = () => {
    const one = memoryWorld();
    const two = memoryWorld();
    const volumes: Provider = { ...memoryRuntime(two), kinds: ["volume"] };
    const rest: Runtime = { ...memoryRuntime(one), kinds: ["image", "container"] };
    return { one, two, runtime: compose(rest, volumes), overlapping: () => compose(rest, rest) };
  };

  test("gives each step to whoever provides its kind, and shows everything as one", async () => {
    const { one, two, runtime } = make();
    await create(runtime, "home", volume);
    await create(runtime, "home", image);
    expect([...thingsOf(one, "home").keys()]).toEqual([image.id]);
    expect([...thingsOf(two, "home").keys()]).toEqual([volume.id]);
    const observation = await runtime.observe("home");
    expect(observation.resources.map(({ resource }) => resource.id)).toEqual([image.id, volume.id]);
    expect(observation.slots).toEqual({ a: 4 });
    expect((await runtime.observe("other")).foreignSlots).toEqual([4]);
    await runtime.remove("home", volume, context());
    expect([...thingsOf(two, "home").keys()]).toEqual([]);
  });

  test("refuses two providers of one kind, and a kind that nobody provides", async () => {
    const { overlapping, runtime } = make();
    expect(overlapping).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: "PROVIDERS_OVERLAP" }) }),
    );
    const link = {
      kind: "link",
      id: "l",
      service: "a",
      needs: [],
      from: "10.224.4.0/24",
      to: { zone: "lan" },
      protocol: "any",
    } as const;
    await expect(create(runtime, "home", link)).rejects.toMatchObject({ problem: { code: "KIND_UNKNOWN" } });
  });
});
