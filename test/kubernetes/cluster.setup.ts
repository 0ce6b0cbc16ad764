import { loadImages } from "../world/cluster-images.ts";
import { imageStore } from "../world/images.ts";

/** Once before the suites that need a cluster: without one they would fail in many words. Images are made in no test's time. */
export async function setup(): Promise<void> {
  if ((process.env.KUBECONFIG ?? "") === "")
    throw new Error(
      "expected KUBECONFIG to name a cluster for tests, got nothing: npm run test:kubernetes says how to get one",
    );
  await imageStore();
  await loadImages();
}
