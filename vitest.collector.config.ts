import { defineConfig } from "vitest/config";

// A command of its own: the Collector is built by Go, which takes minutes the first time.
export default defineConfig({
  test: {
    name: "collector",
    include: ["test/collector/**/*.test.ts"],
    globalSetup: ["test/helpers/global-stack.ts"],
    testTimeout: 120_000,
    hookTimeout: 1_800_000,
  },
});
