import { describe, expect, test } from "vitest";
import {
  commandFailure,
  EXIT_CONFIGURATION,
  EXIT_FAILURE,
  EXIT_UNAVAILABLE,
  EXIT_UNREADABLE,
  EXIT_USAGE,
  signalExitCode,
  UnavailableError,
  UnreadableError,
  UsageError,
} from "../../../src/cli/framework/exit-codes.js";
import { parseSince } from "../../../src/cli/tail/run-tail.js";
import { reportTopics } from "../../../src/cli/topics/run-topics.js";
import { ConfigError, DevStackError, EventError, MigrationError, StoreError } from "../../../src/errors.js";
import { DEFAULT_TOPICS } from "../../../src/event/topics.js";

describe("what a command throws", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const noTable = Object.assign(new Error("no such table"), { code: "42P01" });

  test.each<[string, unknown, number, string]>([
    [
      "a wrong command line",
      new UsageError("Which?", "tail"),
      EXIT_USAGE,
      "Which?\nSee: agent-actions tail --help",
    ],
    [
      "a configuration",
      new ConfigError(["A is wrong", "B too"]),
      EXIT_CONFIGURATION,
      "  - A is wrong\n  - B too",
    ],
    ["no stack", new DevStackError("install Java"), EXIT_UNAVAILABLE, "install Java"],
    ["nobody there", new UnavailableError("Kafka is away"), EXIT_UNAVAILABLE, "Kafka is away"],
    ["no file", new UnreadableError("a.json cannot be read"), EXIT_UNREADABLE, "a.json cannot be read"],
    ["no spans", new EventError(["line 1: not JSON"]), EXIT_FAILURE, "  - line 1: not JSON"],
    [
      "Postgres away",
      new StoreError("away", { cause: refused, retriable: true }),
      EXIT_UNAVAILABLE,
      "connect ECONNREFUSED",
    ],
    [
      "no tables",
      new StoreError("Run: agent-actions migrate", { cause: noTable, retriable: true }),
      EXIT_CONFIGURATION,
      "migrate",
    ],
    ["a bad migration", new MigrationError("0002: syntax"), EXIT_FAILURE, "0002: syntax"],
    ["a defect, with its stack", new TypeError("x is not a function"), EXIT_FAILURE, "failures.test.ts"],
    ["a text", "just a text", EXIT_FAILURE, "just a text"],
  ])("%s", (_, error, exitCode, words) => {
    const failure = commandFailure(error);
    expect(failure.exitCode).toBe(exitCode);
    expect(failure.message).toContain(words);
  });

  test("only a defect is shown with its stack", () => {
    expect(commandFailure(new UnavailableError("away")).message).toBe("away");
  });

  test("signals end as in a shell", () => {
    expect([signalExitCode("SIGINT"), signalExitCode("SIGTERM"), signalExitCode("SIGKILL")]).toEqual([
      130, 143, 137,
    ]);
  });
});

describe("--since", () => {
  const now = new Date("2026-03-04T12:00:00Z");

  test.each([
    ["30s", "2026-03-04T11:59:30.000Z"],
    ["10m", "2026-03-04T11:50:00.000Z"],
    ["2h", "2026-03-04T10:00:00.000Z"],
    ["3d", "2026-03-01T12:00:00.000Z"],
    ["2026-03-01", "2026-03-01T00:00:00.000Z"],
    ["2026-03-01T08:00:00+02:00", "2026-03-01T06:00:00.000Z"],
  ])("%s means %s", (text, time) => {
    expect(parseSince(text, now).toISOString()).toBe(time);
  });

  test.each(["", "yesterday", "10", "10 m", "1700000000000", "-5m", "2026-13-01"])(
    "%j is refused",
    (text) => {
      expect(() => parseSince(text, now)).toThrow(UsageError);
    },
  );
});

describe("the report on topics", () => {
  const found = new Map(
    Object.values(DEFAULT_TOPICS).map((name) => [name, { partitions: 6, replicationFactor: 1 }]),
  );

  test("what nobody asked for does not differ", () => {
    expect(reportTopics(DEFAULT_TOPICS, found, {}).flatMap(({ differences }) => differences)).toEqual([]);
  });

  test("tells every difference; the one partition of dead letters is as it should be", () => {
    const reports = reportTopics(
      DEFAULT_TOPICS,
      new Map([...found].filter(([name]) => name !== "agent-actions")).set("agent-observability-dlq", {
        partitions: 1,
        replicationFactor: 1,
      }),
      { partitions: 12, replicationFactor: 3 },
    );
    expect(
      Object.fromEntries(reports.map(({ carries, differences }) => [carries, differences])),
    ).toMatchObject({
      action: ["missing"],
      execution: ["partitions 6, not 12", "replication factor 1, not 3"],
      dead_letter: ["replication factor 1, not 3"],
    });
  });
});
