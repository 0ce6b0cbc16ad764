import { describe, expect, test } from "vitest";
import { containerName, fileName, networkName } from "./names.ts";

const named = (service: string, part: string, replica = 1) => ({ service, part, replica });

describe("names in Podman", () => {
  test("a service of one part has its own name, others say the part, further replicas their number", () => {
    expect(containerName("home", named("blog", "blog"))).toBe("home.blog");
    expect(containerName("home", named("photos", "server"))).toBe("home.photos.server");
    expect(containerName("home", named("photos", "server", 2))).toBe("home.photos.server_2");
  });

  test("the second of two that relieve each other says so, and meets nobody", () => {
    const names = [1, 2].flatMap((replica) => [
      named("blog", "b", replica),
      { ...named("blog", "b", replica), turn: "b" as const },
    ]);
    const told = ["home.blog.b", "home.blog.b_b", "home.blog.b_2", "home.blog.b_2_b"];
    expect(names.map((one) => containerName("home", one))).toEqual(told);
  });

  test("dashes never make two names meet", () => {
    expect(networkName("a-b", "c")).not.toBe(networkName("a", "b-c"));
    expect(containerName("a", named("b", "b", 2))).not.toBe(containerName("a", named("b", "2")));
  });

  test("the longest names are shortened, stay different and stay what Podman takes", () => {
    const long = "x".repeat(63);
    const one = containerName(long, named(long, `${"y".repeat(62)}1`));
    const two = containerName(long, named(long, `${"y".repeat(62)}2`));
    expect(one).not.toBe(two);
    expect(one.length).toBeLessThanOrEqual(100);
    expect(one).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/);
  });

  test("ids become names of files that lead nowhere and never meet", () => {
    expect(fileName("file/blog/blog/../../etc/passwd")).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(fileName("file/a/b")).not.toBe(fileName("file/a_b"));
    expect(fileName(`file/${"a/".repeat(300)}`).length).toBeLessThan(100);
  });
});
