import { expect, test } from "vitest";
import { storeName } from "./image-facts.ts";

test("with a digest the tag does not count, and a registry's port is no tag", () => {
  expect(storeName("docker.io/library/nginx:1.29@sha256:ab")).toBe("docker.io/library/nginx@sha256:ab");
  expect(storeName("localhost:5000/nginx@sha256:ab")).toBe("localhost:5000/nginx@sha256:ab");
  expect(storeName("localhost:5000/nginx:1")).toBe("localhost:5000/nginx:1");
});
