import { completeImages, imageStore } from "./images.ts";

/** Once before the suites that start containers: a hook's time is for the test's own world, not for making images. */
export async function setup(): Promise<void> {
  const root = process.env.FREEHOLD_TEST_ROOT;
  await (root === undefined ? imageStore() : completeImages(root));
}
