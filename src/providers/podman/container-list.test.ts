import { describe, expect, test } from "vitest";
import { readContainer } from "./container-list.ts";

const resource = { kind: "container", id: "container/a/a", service: "a", needs: [] };
const listed = {
  Id: "abc",
  Names: ["home.a"],
  State: "running",
  Pid: 42,
  StartedAt: 1_700_000_000,
  ExitCode: 0,
  Labels: {
    "freehold.site": "home",
    "freehold.resource": JSON.stringify(resource),
    "freehold.versions": '{"file/a":"1"}',
  },
};

describe("a container as Podman lists it", () => {
  test("is shown in our words", () => {
    expect(readContainer(listed)).toEqual([
      {
        name: "home.a",
        container: resource,
        run: { state: "running", pid: 42, startedAt: 1_700_000_000_000, exitCode: 0, containerId: "abc" },
        versions: new Map([["file/a", "1"]]),
        isHalfMade: false,
      },
    ]);
  });

  test("one that ended has no process, and tells how it ended", () => {
    const [found] = readContainer({ ...listed, State: "exited", ExitCode: 3 });
    expect(found?.run).toMatchObject({ state: "stopped", pid: 0, exitCode: 3 });
  });

  test("one that was made and never started is stopped, and was never started", () => {
    const [found] = readContainer({ ...listed, State: "created", Pid: 0, StartedAt: -62_135_596_800 });
    expect(found?.run).toMatchObject({ state: "stopped", pid: 0, startedAt: 0 });
  });

  test("one whose start was cut off is half made", () => {
    expect(readContainer({ ...listed, State: "initialized" })[0]?.isHalfMade).toBe(true);
  });

  test("what is not ours, or of another shape, is nobody", () => {
    expect(readContainer({ ...listed, Labels: null })).toEqual([]);
    expect(readContainer({ ...listed, Labels: { "freehold.resource": "{}" } })).toEqual([]);
    expect(readContainer(null)).toEqual([]);
  });
});
