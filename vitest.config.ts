import { defineConfig } from "vitest/config";
import { closingReporter } from "./test/reporter.ts";

export default defineConfig({
  test: {
    reporters: ["default", closingReporter()],
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "test/*.test.ts"],
          exclude: ["**/*.machine.test.ts", "**/*.cluster.test.ts", "**/*.outage.test.ts"],
        },
      },
      {
        test: {
          name: "machine",
          include: [
            "src/**/*.machine.test.ts",
            "images/*.machine.test.ts",
            "test/e2e/**/*.test.ts",
            "test/world/**/*.test.ts",
          ],
          globalSetup: "test/world/image-store.setup.ts",
          testTimeout: 120_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: "kubernetes",
          include: ["src/**/*.cluster.test.ts", "test/kubernetes/**/*.cluster.test.ts"],
          globalSetup: "test/kubernetes/cluster.setup.ts",
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 3,
          // Nodes of a busy machine are late now and then; the reporter tells who needed a second try.
          retry: 1,
        },
      },
      {
        test: {
          name: "kubernetes-nodes",
          include: ["src/**/*.outage.test.ts", "test/kubernetes/**/*.outage.test.ts"],
          globalSetup: "test/kubernetes/cluster.setup.ts",
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 1,
          // After everybody else: nodes go, and some are only said to be there.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "slow",
          include: ["test/slow/**/*.test.ts"],
          globalSetup: "test/world/image-store.setup.ts",
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: "endurance",
          include: ["test/endurance/**/*.test.ts"],
          globalSetup: "test/world/image-store.setup.ts",
          testTimeout: 900_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
