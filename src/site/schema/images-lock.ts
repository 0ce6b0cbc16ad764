import type { z } from "zod";
import { namedMap } from "./form.ts";
import { image } from "./image.ts";
import { textLeaf } from "./leaf.ts";

const digest = textLeaf<string>({
  code: "DIGEST_INVALID",
  expected: "a digest such as sha256: and 64 hexadecimal digits",
  json: { pattern: "^sha256:[a-f0-9]{64}$" },
  read: (text) => (/^sha256:[a-f0-9]{64}$/.test(text) ? text : undefined),
});

const tagged = textLeaf<string>({
  code: "IMAGE_INVALID",
  expected: "an image with its registry and its tag, without a digest",
  json: {},
  read: (text) => {
    const read = image.safeParse(text);
    return read.success && read.data.from === "registry" && /:[^/]+$/.test(text) && !text.includes("@")
      ? text
      : undefined;
  },
});

/** The file `images.lock.yaml`: digests by image. */
export const imagesLockSchema = namedMap(tagged, digest, {
  expected: "a map of images to digests",
  hint: "freehold update writes it anew: remove it",
});

/** A lock file as written. */
export type ImagesLock = z.output<typeof imagesLockSchema>;
