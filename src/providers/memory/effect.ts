import type { ApplyContext } from "../provider.ts";
import type { MemoryWorld } from "./world.ts";

/** One effect on the world: counted, stopped by the signal, and failing as the world's options say. */
export async function effect(world: MemoryWorld, { signal }: ApplyContext, what: string): Promise<void> {
  signal.throwIfAborted();
  world.effects += 1;
  await world.onEffect(world.effects, what);
}
