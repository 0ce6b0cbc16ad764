import { expect, test } from "vitest";
import { isSharedMount } from "./namespace-directory.ts";

const line = (options: string): string =>
  `60 59 254:0 /run/netns /run/netns rw,relatime ${options}- ext4 /dev/vda rw\n61 60 0:4 net:[4026532] /run/netns/x rw - nsfs nsfs rw`;

test("a shared mount is told from a private one, and from a namespace in a plain directory", () => {
  expect(isSharedMount(line("shared:12 "))).toBe(true);
  expect(isSharedMount(line(""))).toBe(false);
  expect(isSharedMount("61 60 0:4 net:[4026532] /run/netns/x rw shared:3 - nsfs nsfs rw")).toBe(false);
  expect(isSharedMount("")).toBe(false);
});
