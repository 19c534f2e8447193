import pino from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ConsumerStats, consumedOf } from "../../../src/consumer/consumer-stats.js";
import type { DeadLetter } from "../../../src/consumer/dead-letter.js";
import { DeadLetterQueue } from "../../../src/consumer/dead-letter-queue.js";
import { OutageWatch } from "../../../src/consumer/outage-watch.js";
import { createBatchProcessor, type PendingRecord } from "../../../src/consumer/process-batch.js";
import { StoreError } from "../../../src/errors.js";
import { RECORD_KINDS, type RecordKind } from "../../../src/event/index.js";
import type { KafkaRecord } from "../../../src/store/stored-event.js";
import type { StorableEvent, WriteCounts, WriteOutcome } from "../../../src/store/write-batch.js";
import { actionText, pendingRecord } from "./records.js";

const silent = pino({ level: "silent" });
const outage = new StoreError("away", { retriable: true, sqlstate: "57P01" });

interface SetUp {
  readonly write?: (events: readonly StorableEvent[]) => Partial<WriteOutcome>;
  readonly send?: (letters: readonly DeadLetter[]) => void;
  /** Called with records whose numbers are noted. */
  readonly note?: (records: readonly KafkaRecord[]) => void;
  readonly retries?: number;
}

function setUp({
  write = () => ({}),
  send = () => undefined,
  note = () => undefined,
  retries = 3,
}: SetUp = {}) {
  const stats = new ConsumerStats();
  const written: string[][] = [];
  const letters: DeadLetter[] = [];
  const giveUp = new AbortController();
  const watch = (component: "postgres" | "dead_letter_topic") =>
    new OutageWatch({ component, retries, log: silent });
  const postgres = watch("postgres");
  const deadLetters = new DeadLetterQueue({
    sink: {
      async send(sent) {
        send(sent);
        letters.push(...sent);
      },
    },
    topic: watch("dead_letter_topic"),
    stats,
    maxQueuedRows: 10,
    maxQueuedBytes: 1_000_000,
    signal: giveUp.signal,
    onDone: () => undefined,
  });
  const processBatch = createBatchProcessor({
    rows: {
      async write(source) {
        const events = typeof source === "function" ? source() : source;
        written.push(events.map(nameOf));
        return outcome(events, write(events));
      },
      async noteArrivals(records) {
        note(records);
      },
    },
    deadLetters,
    postgres,
    stats,
    batchSize: 2,
    retries,
    signal: giveUp.signal,
    onDone: () => undefined,
  });
  // Time stands still unless somebody lets it pass: enough of it for every pause there is.
  const process = async (batch: readonly PendingRecord[]): Promise<void> => {
    const processing = processBatch(batch);
    processing.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(600_000);
    await processing;
    await deadLetters.drained();
  };
  return { process, processBatch, stats, written, letters, giveUp, postgres, deadLetters };
}

const nameOf = ({ valid }: StorableEvent): string =>
  "action_name" in valid.event ? valid.event.action_name : "";

function outcome(events: readonly StorableEvent[], given: Partial<WriteOutcome>): WriteOutcome {
  const refused = given.refused ?? [];
  const perKind = Object.fromEntries(
    RECORD_KINDS.map((kind) => [kind, { inserted: 0, merged: 0, duplicates: 0, erased: 0 }]),
  ) as Record<RecordKind, WriteCounts>;
  perKind.action = { inserted: events.length - refused.length, merged: 0, duplicates: 0, erased: 0 };
  return {
    inserted: 0,
    merged: 0,
    duplicates: 0,
    erased: 0,
    fileOperations: 0,
    refused,
    perKind,
    completed: 0,
    notCompleted: 0,
    ...given,
  };
}

const good = (name: string, done?: (count: number) => void) =>
  pendingRecord(actionText(name), done === undefined ? {} : { done });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a record that becomes no row", () => {
  const numbered = { "producer-epoch": Buffer.from("epoch"), "producer-sequence": Buffer.from("7") };

  test("is dead-lettered once it is noted that its number has arrived, however long Postgres is away", async () => {
    let failures = 0;
    const { process, letters, stats } = setUp({
      note: (records) => {
        expect(records).toMatchObject([{ headers: numbered }]);
        expect(letters.map(({ record }) => record.value?.toString())).toEqual(["not numbered"]);
        if (failures++ < 3) throw outage;
      },
    });
    await process([pendingRecord("not numbered"), { ...pendingRecord("numbered"), headers: numbered }]);
    expect(letters.map(({ record }) => record.value?.toString())).toEqual(["not numbered", "numbered"]);
    expect({ failures, retries: stats.retries }).toEqual({ failures: 4, retries: 3 });
  });

  test("stays in Kafka when the consumer gives up before that is noted", async () => {
    const setup = setUp({
      note: () => {
        setup.giveUp.abort();
        throw outage;
      },
    });
    await expect(setup.process([{ ...pendingRecord("numbered"), headers: numbered }])).rejects.toThrow();
    expect(setup.letters).toEqual([]);
  });
});

describe("a batch", () => {
  test("is written as one, and each record is done after it", async () => {
    const done = vi.fn();
    const { process, written, stats } = setUp({
      write: () => {
        expect(done).not.toHaveBeenCalled();
        return {};
      },
    });
    await process([good("a", done), good("b", done)]);
    expect(written).toEqual([["a", "b"]]);
    expect(done).toHaveBeenCalledTimes(2);
    expect(stats.kinds.action.inserted).toBe(2);
  });

  test("sends exactly what cannot be decoded to the dead letters, and stores the rest", async () => {
    const { process, written, letters, stats } = setUp();
    await process([good("a"), pendingRecord("hunter2"), good("b"), pendingRecord("{}")]);
    expect(written).toEqual([["a", "b"]]);
    expect(letters.map(({ reason }) => reason)).toEqual(["not_json", "not_an_event"]);
    expect(stats.deadLetters).toMatchObject({ not_json: 1, not_an_event: 1 });
    expect(consumedOf(stats.kinds.action)).toBe(4);
  });

  test("sends exactly what Postgres refuses to the dead letters, with the SQLSTATE and without its message", async () => {
    const { process, letters, stats } = setUp({
      write: () => ({ refused: [{ index: 1, sqlstate: "22003", message: "out of range: hunter2" }] }),
    });
    await process([good("a"), good("b"), good("c")]);
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({ reason: "refused_by_postgres", sqlstate: "22003" });
    expect(String(letters[0]?.record.value)).toBe(actionText("b"));
    expect(JSON.stringify({ ...letters[0], record: undefined })).not.toContain("hunter2");
    expect(stats.kinds.action).toMatchObject({ inserted: 2, deadLettered: 1 });
  });

  test("counts tombstones and empty values, and does nothing else with them", async () => {
    const done = vi.fn();
    const { process, written, letters, stats } = setUp();
    await process([pendingRecord(null, { done }), pendingRecord("", { done })]);
    expect([...written, ...letters]).toEqual([]);
    expect(stats.skipped).toEqual({ tombstone: 1, empty: 1, erased: 0 });
    expect(done).toHaveBeenCalledTimes(2);
  });

  test("waits for an outage to pass, goes on in small parts, and sends nothing to the dead letters", async () => {
    let failures = 6;
    const { process, written, letters, stats } = setUp({
      write: () => {
        if (failures-- > 0) throw outage;
        return {};
      },
    });
    await process(["a", "b", "c", "d", "e"].map((name) => good(name)));
    expect(letters).toEqual([]);
    expect(stats.retries).toBe(6);
    expect(stats.kinds.action.inserted).toBe(5);
    expect(written[0]).toHaveLength(5);
    expect(Math.max(...written.slice(1).map(({ length }) => length))).toBe(2);
  });

  test("takes a missing table for an outage, not for a bad record", async () => {
    let failures = 10;
    const { process, letters, stats } = setUp({
      write: () => {
        if (failures-- > 0) throw new StoreError("no table", { retriable: true, sqlstate: "42P01" });
        return {};
      },
    });
    await process([good("a")]);
    expect(letters).toEqual([]);
    expect(stats.kinds.action.inserted).toBe(1);
  });

  test("is not done with a record before its dead letter is acknowledged", async () => {
    const done = vi.fn();
    let failures = 5;
    const { process, letters } = setUp({
      send: () => {
        expect(done).not.toHaveBeenCalled();
        if (failures-- > 0) throw new Error("no leader");
      },
    });
    await process([pendingRecord("bad", { done })]);
    expect(letters).toHaveLength(1);
    expect(done).toHaveBeenCalledOnce();
  });

  test("does not wait for its dead letters, and neither does the next one", async () => {
    const { processBatch, stats, deadLetters, giveUp } = setUp({
      send: () => {
        throw new Error("the topic does not exist");
      },
    });
    await processBatch([good("a"), pendingRecord("bad")]);
    await processBatch([pendingRecord("bad too"), good("b")]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stats.kinds.action).toMatchObject({ inserted: 2, deadLettered: 0 });
    expect(deadLetters.waiting).toBe(2);
    giveUp.abort();
  });

  test("cuts a defect down to the one record that causes it, while others can be written", async () => {
    const { process, letters, stats } = setUp({
      write: (events) => {
        if (events.some((event) => nameOf(event) === "culprit")) throw new TypeError("hunter2");
        return {};
      },
    });
    await process(["a", "b", "culprit", "c", "d"].map((name) => good(name)));
    expect(letters.map(({ reason, record }) => [reason, String(record.value)])).toEqual([
      ["unwritable", actionText("culprit")],
    ]);
    expect(JSON.stringify(letters[0]?.explanation)).not.toContain("hunter2");
    expect(stats.kinds.action).toMatchObject({ inserted: 4, deadLettered: 1 });
  });

  test("blames no record for a defect while nothing can be written at all", async () => {
    const { processBatch, letters, giveUp } = setUp({
      write: () => {
        throw new StoreError("a defect", { retriable: false });
      },
    });
    const processing = processBatch([good("a"), good("b")]);
    processing.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(letters).toEqual([]);
    giveUp.abort();
    await expect(processing).rejects.toMatchObject({ name: "AbortError" });
  });

  test("gives up when it is told to, and leaves what is not done undone", async () => {
    const done = vi.fn();
    const { processBatch, giveUp, stats } = setUp({
      write: () => {
        throw outage;
      },
    });
    const processing = processBatch([good("a", done)]);
    processing.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(1_000);
    giveUp.abort();
    await expect(processing).rejects.toMatchObject({ name: "AbortError" });
    expect(done).not.toHaveBeenCalled();
    expect(consumedOf(stats.kinds.action)).toBe(0);
  });
});
