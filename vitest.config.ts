import { defineConfig } from "vitest/config";

/** What is polled for comes when it comes: vitest's own second is less than a busy machine needs. */
const POLLING = { poll: { timeout: 60_000 } };

const PROPERTIES = ["test/helpers/property-seed.ts"];

// Integration suites share one real Kafka and one real Postgres, started once by the global set-up.
// Three files at a time there and in `package`: each has topics, groups and a database of its own, and waits for a third of its time.
// What stops a server, or counts a server's transactions, starts one of its own.
const TOGETHER = { maxWorkers: 3, sequence: { groupOrder: 1 } };

export default defineConfig({
  test: {
    projects: [
      // Far above what any takes: machines are busy, and a property is tried a thousand times.
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          setupFiles: PROPERTIES,
          testTimeout: 90_000,
          expect: POLLING,
        },
      },
      { test: { name: "architecture", include: ["test/architecture/**/*.test.ts"], testTimeout: 60_000 } },
      {
        test: {
          name: "integration",
          include: [
            "test/integration/**/*.test.ts",
            "test/examples/**/*.test.ts",
            "test/faults/matrix.test.ts",
            "test/fuzz/http.test.ts",
            // The long form.
            ...(process.env.AGENT_ACTIONS_TEST_FAULTS === "all"
              ? [
                  "test/faults/processes.test.ts",
                  "test/faults/servers.test.ts",
                  "test/faults/brokers.test.ts",
                ]
              : []),
          ],
          globalSetup: ["test/helpers/global-stack.ts"],
          setupFiles: PROPERTIES,
          ...TOGETHER,
          expect: POLLING,
          // Half of them take two seconds; a machine on which everything takes twenty times longer fails none.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      // By scripts/soak.ts alone: it lasts as long as it is told to.
      ...(process.env.AGENT_ACTIONS_TEST_SOAK_MINUTES === undefined
        ? []
        : [
            {
              test: {
                name: "soak",
                include: ["test/faults/soak.test.ts"],
                hookTimeout: 180_000,
                sequence: { groupOrder: 2 },
              },
            },
          ]),
      {
        test: {
          name: "package",
          include: ["test/package/*.test.ts"],
          ...TOGETHER,
          expect: POLLING,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
