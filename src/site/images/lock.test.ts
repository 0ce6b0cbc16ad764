import { expect, test } from "vitest";
import { loadFiles, problemLine } from "../cases/case.ts";
import { parse } from "../parse.ts";
import { editImage, writtenImage } from "./edit-image.ts";
import { lockText } from "./lock-text.ts";

const digest = `sha256:${"a1".repeat(32)}`;
const other = `sha256:${"b2".repeat(32)}`;
const nginx = "docker.io/library/nginx:1.29";

async function images(files: Readonly<Record<string, string>>): Promise<unknown> {
  const { site } = await loadFiles(files);
  return site?.services.flatMap(({ name, parts }) => parts.map(({ image }) => [name, image]));
}

test("what the lock pins runs by its digest, what it lacks by its tag, what has a digest keeps it", async () => {
  const files = {
    "services/blog.yaml": `image: ${nginx}\n`,
    "services/cache.yaml": "image: docker.io/library/redis:8\n",
    "services/own.yaml": `image: ${nginx}@${other}\n`,
    "services/latest.yaml": "image: quay.io/x/y\n",
    "images.lock.yaml": lockText({ [nginx]: digest, "quay.io/x/y:latest": other, "quay.io/gone:1": other }),
  };
  expect(await images(files)).toEqual([
    ["blog", { from: "registry", reference: `${nginx}@${digest}` }],
    ["cache", { from: "registry", reference: "docker.io/library/redis:8" }],
    ["latest", { from: "registry", reference: `quay.io/x/y:latest@${other}` }],
    ["own", { from: "registry", reference: `${nginx}@${other}` }],
  ]);
});

test("a lock that cannot be read leaves those alone that need it, and no others", async () => {
  const loaded = await loadFiles({
    "services/blog.yaml": `image: ${nginx}\n`,
    "services/own.yaml": `image: ${nginx}@${other}\n`,
    "services/files.yaml": "static: static\n",
    "static/index.html": "hello",
    "images.lock.yaml": `${nginx}: sha256:short\nnginx: ${digest}\n`,
  });
  expect(loaded.broken).toEqual(["blog"]);
  expect(loaded.problems.map(problemLine)).toEqual([
    expect.stringContaining("images.lock.yaml:1:31"),
    expect.stringContaining("images.lock.yaml:2:1"),
  ]);
  expect(loaded.problems.map(({ code }) => code)).toEqual(["DIGEST_INVALID", "IMAGE_INVALID"]);
});

test("a lock is written as it is read, a line for each image", () => {
  const lock = { [nginx]: digest, "localhost:5000/app:1": other };
  const text = lockText(lock);
  expect(text.split("\n").filter((line) => line.includes("sha256:"))).toEqual([
    `${nginx}: ${digest}`,
    `localhost:5000/app:1: ${other}`,
  ]);
  expect(parse("images.lock.yaml", text).value).toEqual(lock);
  expect(parse("images.lock.yaml", lockText({})).value).toEqual(null);
});

const blog = { file: "services/blog.yaml", part: "blog" };
const newer = "docker.io/library/nginx:1.30";

test("an image is changed where it stands, and not a byte beside it", () => {
  expect(editImage(`# mine\nimage:   ${nginx}   # the web\nport: 80\n`, blog, newer)).toBe(
    `# mine\nimage:   ${newer}   # the web\nport: 80\n`,
  );
  expect(editImage(`{port: 80, image: "${nginx}"}`, blog, newer)).toBe(`{port: 80, image: "${newer}"}`);
  const parts = `parts:\n  a: {image: ${nginx}}\n  b: {image: ${nginx}, port: 80}\n`;
  expect(editImage(parts, { ...blog, part: "b" }, newer)).toBe(
    `parts:\n  a: {image: ${nginx}}\n  b: {image: ${newer}, port: 80}\n`,
  );
});

test("an image that does not stand there in one word is left to the person", () => {
  for (const text of [`env: {A: &i ${nginx}}\nimage: *i\n`, `image: >-\n  ${nginx}\n`, "port: 80\n"]) {
    expect(writtenImage(text, blog)).toBeUndefined();
    expect(() => editImage(text, blog, newer)).toThrowError(/in one word/);
  }
});
