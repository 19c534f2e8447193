import { defineConfig } from "vitest/config";

// A command of its own: ClickHouse's engine takes a gigabyte.
export default defineConfig({
  test: {
    name: "clickhouse",
    include: ["test/clickhouse/**/*.test.ts"],
    globalSetup: ["test/helpers/global-stack.ts"],
    testTimeout: 180_000,
    hookTimeout: 900_000,
  },
});
