import { join } from "node:path";
import { expect, test } from "vitest";
import { buildCommand } from "./build.ts";
import { trustedAuthorities } from "./trusted-authorities.ts";

const here = import.meta.filename;

test("the authorities that the machine believes are where SSL_CERT_FILE says", async () => {
  expect(await trustedAuthorities({ SSL_CERT_FILE: here })).toBe(here);
});

test.each([join(here, "nothing"), `${here}.nothing`])("there are none at %s", async (path) => {
  expect(await trustedAuthorities({ SSL_CERT_FILE: path })).toBeUndefined();
});

test("a build is shown them, as a secret that leaves nothing in the image", () => {
  const source = { context: "/images/tasks", digest: "abc" };
  const words = buildCommand(["podman"], "localhost/freehold/tasks:abc", source, "/etc/authorities.crt");
  expect(words).toContain("--secret=id=authorities,src=/etc/authorities.crt");
  expect(words.at(-1)).toBe("/images/tasks");
  expect(buildCommand(["podman"], "localhost/freehold/tasks:abc", source).join(" ")).not.toContain("--secret");
});
