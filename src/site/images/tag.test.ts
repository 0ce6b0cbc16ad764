import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseTag, updateStep } from "./choose.ts";
import { imageName, taggedReference } from "./image-name.ts";
import { compareTags, isCalendar, versionTag } from "./tag.ts";

describe("a tag is chosen", () => {
  const offered = [
    "1.9.9",
    "1.29.1",
    "1.29.3",
    "1.29.10",
    "1.30.0",
    "2.0.0",
    "1.30.0-rc1",
    "1.31.0-alpine",
    "latest",
    "3",
  ];

  test("within the same minor version by patch, by numbers and not by letters", () => {
    expect(chooseTag("1.29.1", offered, "patch")).toBe("1.29.10");
  });
  test("within the same major version by minor, and no candidate for a release", () => {
    expect(chooseTag("1.29.1", offered, "minor")).toBe("1.30.0");
  });
  test("the newest by auto, and nothing by manual", () => {
    expect(chooseTag("1.29.1", offered, "auto")).toBe("2.0.0");
    expect(chooseTag("1.29.1", offered, "manual")).toBe("1.29.1");
  });
  test("of the same variant only, whose own numbers count last", () => {
    const alpine = ["1.30.0", "1.30.0-alpine3.20", "1.30.0-alpine3.9", "1.31.0-alpine", "1.29.9-alpine3.21"];
    expect(chooseTag("1.29.1-alpine3.19", alpine, "minor")).toBe("1.30.0-alpine3.20");
    expect(chooseTag("1.34.3-ls123", ["1.34.3-ls99", "1.34.3-ls124", "1.34.3-ls9"], "patch")).toBe("1.34.3-ls124");
  });
  test("with as many numbers as before: a coarse tag stays coarse", () => {
    expect(chooseTag("17", ["17.2", "18", "18.1", "17-alpine"], "minor")).toBe("17");
    expect(chooseTag("17", ["17.2", "18", "18.1"], "auto")).toBe("18");
    expect(chooseTag("1.29", ["1.30", "1.30.1", "2.0"], "minor")).toBe("1.30");
    expect(chooseTag("1.29", ["1.30", "1.30.1", "2.0"], "patch")).toBe("1.29");
  });
  test("with or without a v, as it was", () => {
    expect(chooseTag("v1.2.3", ["1.9.0", "v1.3.0"], "minor")).toBe("v1.3.0");
  });
  test("by the calendar: a new year breaks nothing, a patch stays in its month", () => {
    const dated = ["2026.11.2", "2026.12.1", "2027.1.0"];
    expect(chooseTag("2026.11.1", dated, "minor")).toBe("2027.1.0");
    expect(chooseTag("2026.11.1", dated, "patch")).toBe("2026.11.2");
    expect(chooseTag("24.10", ["24.04", "26.04"], "minor")).toBe("26.04");
    expect(chooseTag("17.10.1", ["17.9.4", "18.0.0", "17.11.0"], "minor")).toBe("17.11.0");
    expect(chooseTag("20260901", ["20261001"], "minor")).toBe("20261001");
  });
  test("a tag that counts nothing stays", () => {
    for (const tag of ["latest", "stable", "sha-3f2a9c1", "bookworm-slim"])
      expect(chooseTag(tag, offered, "auto")).toBe(tag);
  });
  test("never an older one, whatever is offered", () => {
    const tag = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30)).map((numbers) => numbers.join("."));
    const policy = fc.constantFrom("patch", "minor", "auto", "manual");
    fc.assert(
      fc.property(tag, fc.array(tag), policy, (present, tags, which) => {
        const [before, after] = [versionTag(present), versionTag(chooseTag(present, tags, which))];
        if (before === undefined || after === undefined) throw new Error("expected versions");
        expect(compareTags(before, after)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

test("a step is named by the first number that changes", () => {
  expect(updateStep("1.2.3", "1.2.4")).toBe("patch");
  expect(updateStep("1.2.3", "1.3.0")).toBe("minor");
  expect(updateStep("1.2.3", "2.0.0")).toBe("major");
  expect(updateStep("2026.1.0", "2027.1.0")).toBe("minor");
  expect(updateStep("latest", "latest")).toBe("rebuilt");
});

test("only years, or years with months, are calendars", () => {
  const isDated = (text: string) => isCalendar(versionTag(text) ?? expect.fail(text));
  expect(["2026.1", "24.04", "v24.08.1", "20260901"].filter(isDated)).toHaveLength(4);
  expect(["1.29", "17.2", "10.11.2", "17.10", "3.05"].filter(isDated)).toEqual([]);
});

test("a reference is taken apart, with a registry that has a port", () => {
  expect(imageName("localhost:5000/app")).toEqual({ repository: "localhost:5000/app" });
  expect(imageName("localhost:5000/app:1.2@sha256:ab")).toEqual({
    repository: "localhost:5000/app",
    tag: "1.2",
    digest: "sha256:ab",
  });
  expect(taggedReference(imageName("quay.io/x/y"))).toBe("quay.io/x/y:latest");
});
