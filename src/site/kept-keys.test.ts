import { expect, test } from "vitest";
import { withKept } from "./kept-keys.ts";

const keys = ["name", "sources"];

test("a file that agrees in what is kept is as it was, to the letter", () => {
  const old = "# Home\nname:   home\nfront: {https: 8443}\n";
  expect(withKept(old, "name: home\n", keys)).toBe(old);
});

test("who may sign stays as it is now, whatever the file said then", () => {
  const old = "name: home # ours\nsources:\n  signers: [gone]\nfront: {https: 8443}\n";
  const now = "name: home\nsources: {signers: [ada, bob]} # both\n";
  expect(withKept(old, now, keys)).toBe(
    "name: home # ours\nsources: { signers: [ ada, bob ] } # both\nfront: { https: 8443 }\n",
  );
});

test("signers that were taken out since do not come back, and ones that came since stay", () => {
  expect(withKept("name: home\nsources: {signers: [gone]}\n", "name: home\n", keys)).toBe("name: home\n");
  expect(withKept("name: home\n", "name: home\nsources: {signers: [new]}\n", keys)).toBe(
    "name: home\nsources: { signers: [ new ] }\n",
  );
});

test("a file that nobody can read is left to those who check it", () => {
  expect(withKept("name: [", "name: home\nsources: {}\n", keys)).toBe("name: [");
});
