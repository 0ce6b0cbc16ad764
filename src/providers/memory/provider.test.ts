import type { Image } from "../../resource/kinds/image.ts";
import { runtimeContract } from "../contract.ts";
import { memoryRuntime } from "./provider.ts";
import { killContainer, memoryWorld } from "./world.ts";

const image: Image = {
  kind: "image",
  id: "image/server",
  service: "alpha",
  needs: [],
  reference: "localhost/server:1",
  source: { from: "registry" },
};

runtimeContract("the memory provider", async () => {
  const world = memoryWorld();
  return {
    runtime: memoryRuntime(world),
    site: "one",
    otherSite: "two",
    image,
    slots: [5, 6, 7],
    commands: {
      serve: ["serve", "8080"],
      ends: (code) => ["exit", String(code)],
      writes: (path, text) => ["write", path, text],
      holds: (path, text) => ["holds", path, text],
      hasVariable: (name, text) => ["variable", name, text],
    },
    reloading: { command: ["serve"], reload: { socket: "/run/freehold/control", send: "reload", expect: "ok" } },
    seal: async (values) => ({ entries: values, keys: [] }),
    kill: async (id) => killContainer(world, "one", id),
    end: async () => {},
  };
});
