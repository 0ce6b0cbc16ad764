import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { canonical } from "../../resource/digest.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { Secret } from "../../resource/kinds/secret.ts";
import { type Sample, sample } from "./sample.ts";
import { type ContractWorld, change, context, create, seen, tidy } from "./world.ts";

const first = { "wiki-token": 'one "two"\n$three', "wiki-key": "a key\n" } as const;

/** Secrets of a part: given at each start, changed, taken away. */
export function runtimeContractForSecrets(name: string, make: () => Promise<ContractWorld>): void {
  describe(`${name} keeps the contract for secrets`, () => {
    let world: ContractWorld;
    let thing: Sample;
    let secret: Secret;
    let container: Container;

    beforeAll(async () => {
      world = await make();
      thing = sample(world, 0, "alpha");
      secret = {
        kind: "secret",
        id: "secret/alpha/alpha",
        service: "alpha",
        needs: [],
        part: "alpha",
        ...(await world.seal(first)),
        owner: thing.file.owner,
      };
      container = {
        ...thing.container,
        needs: [...thing.container.needs, secret.id].sort(),
        secrets: {
          source: secret.id,
          variables: { TOKEN: "wiki-token" },
          files: { "/run/keys/wiki.key": "wiki-key", "/etc/deep/wiki.key": "wiki-key" },
          digest: "1",
        },
      };
    });
    afterEach(() => tidy(world, world.site));
    afterAll(() => world.end());

    const ground = async (): Promise<void> => {
      for (const resource of [world.image, thing.network, thing.volume, thing.file, secret])
        await create(world.runtime, world.site, resource);
    };
    const run = (command: readonly string[]): Promise<number> => world.runtime.exec(world.site, container.id, command);
    const has = async (values: typeof first): Promise<void> => {
      expect(await run(world.commands.hasVariable("TOKEN", values["wiki-token"]))).toBe(0);
      expect(await run(world.commands.holds("/run/keys/wiki.key", values["wiki-key"]))).toBe(0);
      expect(await run(world.commands.holds("/etc/deep/wiki.key", values["wiki-key"]))).toBe(0);
    };

    test("a container finds them in its environment and in files, to the byte, and again after it was killed", async () => {
      await ground();
      await create(world.runtime, world.site, container);
      await has(first);
      expect(await run(world.commands.holds("/run/keys/wiki.key", "another"))).not.toBe(0);
      expect(await run(world.commands.hasVariable("TOKEN", "another"))).not.toBe(0);
      await world.kill(container.id);
      await change(world.runtime, world.site, "update", container);
      // Podman may still be tidying up after the killed process, and lets nobody in meanwhile
      for (
        let tries = 0;
        tries < 10 && (await run(world.commands.hasVariable("TOKEN", first["wiki-token"]))) !== 0;
        tries += 1
      ) {}
      await has(first);
    });

    test("what is read back is sealed, as it was applied", async () => {
      await ground();
      const now = await seen(world.runtime, world.site, secret.id);
      expect(canonical(now?.resource)).toBe(canonical(secret));
      expect(now?.amiss).toBeUndefined();
    });

    test("another value reaches the container's replacement", async () => {
      await ground();
      await create(world.runtime, world.site, container);
      const second = { "wiki-token": "another token", "wiki-key": "another key" } as const;
      await change(world.runtime, world.site, "update", { ...secret, ...(await world.seal(second)) });
      await change(world.runtime, world.site, "replace", {
        ...container,
        secrets: { ...container.secrets, source: secret.id, variables: {}, files: {}, digest: "2" },
      });
      expect(await run(world.commands.hasVariable("TOKEN", "another token"))).not.toBe(0);
      await change(world.runtime, world.site, "replace", container);
      expect(await run(world.commands.hasVariable("TOKEN", "another token"))).toBe(0);
      expect(await run(world.commands.holds("/etc/deep/wiki.key", "another key"))).toBe(0);
    });

    test("other recipients change what is read back, and nothing that runs", async () => {
      await ground();
      await create(world.runtime, world.site, container);
      const before = await seen(world.runtime, world.site, container.id);
      const wider = { ...secret, keys: [...secret.keys, { recipient: "age1somebody", sealed: "" }] };
      await change(world.runtime, world.site, "update", wider);
      expect((await seen(world.runtime, world.site, secret.id))?.resource).toEqual(wider);
      expect((await seen(world.runtime, world.site, container.id))?.run).toEqual(before?.run);
      await has(first);
    });

    test("without them a container that asks for them does not start", async () => {
      await ground();
      await world.runtime.remove(world.site, secret, context());
      await world.runtime.remove(world.site, secret, context());
      expect(await seen(world.runtime, world.site, secret.id)).toBeUndefined();
      await expect(create(world.runtime, world.site, container)).rejects.toMatchObject({ problem: expect.anything() });
      expect((await seen(world.runtime, world.site, container.id))?.run?.state).not.toBe("running");
    });
  });
}
