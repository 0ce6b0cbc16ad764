import { afterAll, beforeAll, expect, test } from "vitest";
import { createRegistry, type TestRegistry } from "../../../test/world/registry.ts";
import { digestOf, type RegistryOptions, tagsOf } from "./registry.ts";

let registry: TestRegistry;
let options: RegistryOptions;

beforeAll(async () => {
  registry = await createRegistry();
  options = { signal: AbortSignal.timeout(60_000), env: registry.env };
  for (const tag of ["1.0.0", "1.0.1", "latest"]) await registry.push(`app:${tag}`, tag);
});

afterAll(() => registry.end());

const code = (wanted: string) => expect.objectContaining({ problem: expect.objectContaining({ code: wanted }) });

test("a repository's tags are those that were pushed", async () => {
  expect([...(await tagsOf(`${registry.host}/app`, options))].sort()).toEqual(["1.0.0", "1.0.1", "latest"]);
});

test("a tag's digest is another one once something else is pushed under it", async () => {
  const before = await digestOf(`${registry.host}/app:latest`, options);
  expect(before).toMatch(/^sha256:[a-f0-9]{64}$/);
  expect(await digestOf(`${registry.host}/app:latest`, options)).toBe(before);
  await registry.push("app:latest", "rebuilt");
  expect(await digestOf(`${registry.host}/app:latest`, options)).not.toBe(before);
});

test("what the registry does not know is the person's to mend", async () => {
  await expect(tagsOf(`${registry.host}/nothing`, options)).rejects.toThrowError(code("REGISTRY_UNKNOWN"));
  await expect(digestOf(`${registry.host}/app:9`, options)).rejects.toThrowError(code("REGISTRY_UNKNOWN"));
});

test("a registry that does not answer, or that nobody vouches for, is asked again later", async () => {
  await expect(tagsOf("localhost:1/app", options)).rejects.toThrowError(code("REGISTRY_SILENT"));
  const strict = { signal: options.signal, env: { ...registry.env, SSL_CERT_FILE: undefined } };
  await expect(tagsOf(`${registry.host}/app`, strict)).rejects.toThrowError(
    /expected the registry to tell of .*certificate/,
  );
});
