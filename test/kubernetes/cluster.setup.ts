/** Once before the suites that need a cluster: without one they would fail in many words. */
export function setup(): void {
  if ((process.env.KUBECONFIG ?? "") === "")
    throw new Error(
      "expected KUBECONFIG to name a cluster for tests, got nothing: npm run test:kubernetes says how to get one",
    );
}
