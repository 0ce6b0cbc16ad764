import { expect, test } from "vitest";
import { startsFromBase } from "./base.ts";

test("only a FROM that names the base asks for it", () => {
  expect(startsFromBase("# a comment\nFROM docker.io/library/debian:trixie-slim\n")).toBe(true);
  expect(startsFromBase("from --platform=linux/amd64 docker.io/library/debian:trixie-slim AS build\n")).toBe(true);
  expect(startsFromBase("# FROM docker.io/library/debian:trixie-slim\nFROM scratch\n")).toBe(false);
  expect(startsFromBase("FROM docker.io/library/debian:trixie-slim2\n")).toBe(false);
});
