import pino from "pino";
import { describe, expect, test } from "vitest";
import { consumerStatus, type StatusInputs } from "../../../src/consumer/consumer-status.js";
import { OutageWatch } from "../../../src/consumer/outage-watch.js";

const log = pino({ level: "silent" });
const watch = () => new OutageWatch({ component: "postgres", retries: 3, log });
const fine = (): OutageWatch => {
  const well = watch();
  well.succeeded();
  return well;
};

const NOW = performance.now();
const running: StatusInputs = {
  now: NOW,
  phase: "running",
  source: {
    state: "running",
    since: NOW,
    lastAnswerAt: NOW + 31_000,
    missingTopics: [],
    restarts: 0,
    rebalances: 1,
    partitions: 6,
    unreadable: [],
  },
  postgres: fine(),
  deadLetterTopic: watch(),
  lag: 0,
  inFlight: 0,
  progressAt: NOW,
  unhealthyAfterMillis: 30_000,
  hasDefect: false,
};
const later = NOW + 31_000;
const failing = (): OutageWatch => {
  const ill = fine();
  for (let attempt = 1; attempt < 9; attempt++) ill.failed(new Error("away"), attempt);
  return ill;
};

describe("the consumer's status", () => {
  test("is healthy and ready in the group with Postgres answering", () => {
    expect(consumerStatus(running)).toMatchObject({
      state: "running",
      healthy: true,
      ready: true,
      problems: [],
    });
  });

  test("stays healthy for ever with nothing to do", () => {
    const source = { ...running.source, lastAnswerAt: NOW + 1e9 };
    expect(consumerStatus({ ...running, source, now: NOW + 1e9 }).healthy).toBe(true);
  });

  test("is unhealthy when records wait and nothing was committed for long", () => {
    expect(consumerStatus({ ...running, lag: 5 }).healthy).toBe(true);
    expect(consumerStatus({ ...running, lag: 5, now: later })).toMatchObject({
      healthy: false,
      problems: ["5 records wait, and nothing was committed for 31 s"],
    });
    expect(consumerStatus({ ...running, inFlight: 2, now: later }).healthy).toBe(false);
    expect(consumerStatus({ ...running, lag: 5, now: later, progressAt: later }).healthy).toBe(true);
  });

  test("is unhealthy when Postgres fails for long, and waits before that", () => {
    const postgres = failing();
    expect(consumerStatus({ ...running, postgres })).toMatchObject({
      state: "waiting",
      healthy: true,
      ready: false,
      postgres: "failing",
    });
    expect(consumerStatus({ ...running, postgres, now: later + 1_000 }).healthy).toBe(false);
  });

  test("is unhealthy when the dead-letter topic takes nothing for long", () => {
    const deadLetterTopic = failing();
    expect(consumerStatus({ ...running, deadLetterTopic, now: later + 1_000 }).healthy).toBe(false);
  });

  test.each(["connecting", "joining", "waiting_for_topics"] as const)(
    "is unhealthy when it is %s for long",
    (state) => {
      const source = { ...running.source, state };
      expect(consumerStatus({ ...running, source })).toMatchObject({ healthy: true, ready: false });
      expect(consumerStatus({ ...running, source, now: later }).healthy).toBe(false);
    },
  );

  test("is unhealthy before the time is up when Kafka does not answer, also with nothing to do", () => {
    const silent = (millis: number) => ({ ...running.source, lastAnswerAt: running.now - millis });
    expect(consumerStatus({ ...running, source: silent(20_000) }).healthy).toBe(true);
    expect(consumerStatus({ ...running, source: silent(25_000) })).toMatchObject({
      healthy: false,
      problems: ["Kafka does not respond for 25 s"],
    });
    // However impatient the setting is, an idle broker may take its time.
    const impatient = { ...running, unhealthyAfterMillis: 100 };
    expect(consumerStatus({ ...impatient, source: silent(4_000) }).healthy).toBe(true);
    expect(consumerStatus({ ...impatient, source: silent(6_000) }).healthy).toBe(false);
    // A new session that cannot connect is no progress.
    const connecting = { ...silent(40_000), state: "connecting" as const, since: running.now };
    expect(consumerStatus({ ...running, source: connecting }).healthy).toBe(false);
  });

  test("is unhealthy when a batch cannot be decoded for long, and names it", () => {
    const partition = { topic: "agent-actions", partition: 3, offset: "17", since: NOW, reason: "no codec" };
    const source = { ...running.source, unreadable: [partition] };
    expect(consumerStatus({ ...running, source })).toMatchObject({ healthy: true, unreadablePartitions: 1 });
    expect(consumerStatus({ ...running, source, now: later })).toMatchObject({
      healthy: false,
      ready: true,
      problems: [
        "partition 3 of agent-actions waits for 31 s: its batch at offset 17 cannot be decoded (no codec)",
      ],
    });
  });

  test("is neither healthy nor ready while it stops", () => {
    expect(consumerStatus({ ...running, phase: "stopping" })).toMatchObject({
      state: "stopping",
      healthy: false,
      ready: false,
    });
  });

  test("is not ready before Postgres has answered for the first time", () => {
    expect(consumerStatus({ ...running, postgres: watch() })).toMatchObject({
      ready: false,
      postgres: "unknown",
    });
  });

  test("is unhealthy at once after a defect", () => {
    expect(consumerStatus({ ...running, hasDefect: true }).healthy).toBe(false);
  });
});
