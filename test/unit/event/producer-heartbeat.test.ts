import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { heartbeatRecord } from "../../../exporter/deliver/heartbeat-record.js";
import {
  HEARTBEAT_INTERVAL_MILLIS,
  MAX_EPOCH_CHARS,
  type ProducerHeartbeat,
  validateProducerHeartbeat,
  validateRecord,
} from "../../../src/event/index.js";

const ORIGIN = { topic: "t", partition: 0, offset: "0", timestampMillis: Date.UTC(2026, 2, 1) };

describe("a heartbeat", () => {
  const heartbeat: ProducerHeartbeat = {
    producer_epoch: "epoch",
    sender: "default",
    service_name: "shop",
    service_version: "1.2.3",
    host_name: "web-1",
    process_pid: 4_194_304,
    started_at: "2026-03-01T00:00:00.000Z",
    sent_at: "2026-03-01T12:00:00.000Z",
    interval_ms: 5_000,
    open_actions: 2,
    last_sequence: Number.MAX_SAFE_INTEGER,
    unacknowledged: 3,
    given_up: 1,
    counters: { acked: 7, dropped: { queue_full: 2 } },
    status: "ended",
    producer: "otel-agent-actions 0.2.0",
  };

  test("that the exporter makes is read as it was given, keyed by its epoch and without a number", () => {
    const { kind, key, value, headers } = heartbeatRecord(heartbeat);
    expect({ kind, key, headers }).toEqual({
      kind: "producer_heartbeat",
      key: "epoch",
      headers: {
        "content-type": "application/json",
        "schema-version": "1",
        "event-kind": "producer_heartbeat",
      },
    });
    expect(validateRecord("producer_heartbeat", JSON.parse(value.toString()), ORIGIN)).toMatchObject({
      valid: true,
      kind: "producer_heartbeat",
      event: heartbeat,
      repairs: [],
      extra: {},
    });
  });

  test("needs only its epoch: the rest has defaults, and the record's time", () => {
    expect(validateProducerHeartbeat({ producer_epoch: "epoch" }, ORIGIN)).toMatchObject({
      valid: true,
      event: {
        producer_epoch: "epoch",
        sent_at: "2026-03-01T00:00:00.000Z",
        interval_ms: HEARTBEAT_INTERVAL_MILLIS,
        open_actions: 0,
        status: "alive",
      },
    });
  });

  test.each<[string, object, string]>([
    ["no epoch", {}, "producer_epoch is missing"],
    ["an empty epoch", { producer_epoch: " " }, "producer_epoch is missing"],
    [
      "an epoch that no header has",
      { producer_epoch: "e".repeat(MAX_EPOCH_CHARS + 1) },
      "producer_epoch is longer than 256 characters",
    ],
    ["another status", { producer_epoch: "e", status: "resting" }, "status is none of alive, ended"],
    ["less than nothing", { producer_epoch: "e", open_actions: -1 }, "open_actions is outside"],
  ])("with %s is none", (_what, value, reason) => {
    expect(validateProducerHeartbeat(value, ORIGIN)).toEqual({
      valid: false,
      reasons: [expect.stringContaining(reason)],
    });
  });

  test("with a descriptive field of a wrong type is read without it", () => {
    const value = { producer_epoch: "e", host_name: ["a"], process_pid: -1, counters: 5 };
    const valid = validateProducerHeartbeat(value, ORIGIN);
    expect(valid).toMatchObject({ valid: true, extra: { host_name: ["a"], process_pid: -1, counters: 5 } });
    expect(valid).not.toHaveProperty("event.host_name");
  });

  test("can be any JSON value: nothing is thrown", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(typeof validateProducerHeartbeat(value, ORIGIN).valid).toBe("boolean");
      }),
    );
  });
});
