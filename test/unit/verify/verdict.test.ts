import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ProducerNumbers } from "../../../src/verify/producer-numbers.js";
import type { StoredRows } from "../../../src/verify/stored-rows.js";
import { judge } from "../../../src/verify/verdict.js";
import type { Evidence } from "../../../src/verify/verify.js";

const PRODUCER: ProducerNumbers = {
  producer_epoch: "e",
  status: "ended",
  service_name: "shop",
  host_name: null,
  process_pid: null,
  last_seen_at: new Date(0),
  has_heartbeats: true,
  numbered: 10,
  arrived: 10,
  on_the_way: 0,
  dropped: 0,
  waiting: 0,
  lost: 0,
  abandoned_rows: 0,
  drop_reasons: {},
};

const ROWS: StoredRows = {
  kind: "action",
  producer_epoch: "e",
  rows: 9,
  numbers: 9,
  doubled: 0,
  without_end: 0,
  first_sequence: 1,
  last_sequence: 10,
};

const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  at: new Date(0),
  scope: {},
  groupId: "group",
  producers: [PRODUCER],
  gaps: [],
  gapsElsewhere: 0,
  neighbours: [],
  rows: [ROWS],
  withoutNumber: 0,
  partitions: [{ topic: "t", partition: 0, low: 0n, high: 10n, committed: 10n }],
  letters: [],
  lettersIncomplete: false,
  comparison: undefined,
  ...more,
});

const partition = (low: bigint, high: bigint, committed?: bigint) => ({
  partitions: [{ topic: "t", partition: 0, low, high, committed }],
});

describe("the verdict", () => {
  test("is complete when everything arrived; a number without a row of its own was merged or repeated", () => {
    expect(judge(evidence())).toMatchObject({
      verdict: "complete",
      missing: [],
      unknown: [],
      totals: { rows: 9, merged_or_repeated: 1, unread: 0 },
    });
  });

  test.each<[string, Partial<Evidence>, string]>([
    ["a number is lost", { producers: [{ ...PRODUCER, lost: 1 }] }, "1 number never arrived"],
    ["rows have one number", { rows: [{ ...ROWS, doubled: 2 }] }, "2 rows too many"],
    ["records left Kafka unread", partition(8n, 10n, 5n), "3 records left Kafka"],
  ])("is missing when %s", (_, more, sentence) => {
    const { verdict, missing } = judge(evidence(more));
    expect(verdict).toBe("missing");
    expect(missing).toEqual([expect.stringContaining(sentence)]);
  });

  test.each<[string, Partial<Evidence>, string]>([
    ["records are unread", partition(0n, 10n, 7n), "3 records in Kafka are not stored yet"],
    ["the group has committed nothing", partition(0n, 1n), "1 record in Kafka is not stored yet"],
    ["records left Kafka before the first commit", partition(2n, 2n), "1 partition lost records before"],
    ["a topic was made anew", partition(0n, 0n, 9n), "made anew"],
    ["numbers may still come", { producers: [{ ...PRODUCER, on_the_way: 2 }] }, "2 numbers may still arrive"],
    ["a producer was killed", { producers: [{ ...PRODUCER, status: "gone" }] }, "1 producer ended without"],
    ["nothing is known", { producers: [], rows: [] }, "no producer and no row"],
    [
      "a run has no end",
      { scope: { run: "r" }, rows: [{ ...ROWS, without_end: 1 }] },
      "1 row of the run has no end",
    ],
  ])("is unknown when %s", (_, more, sentence) => {
    const { verdict, unknown } = judge(evidence(more));
    expect(verdict).toBe("unknown");
    expect(unknown).toEqual([expect.stringContaining(sentence)]);
  });

  test("of a run whose end arrived does not hang on what became of its process", () => {
    const run = { scope: { run: "r" }, producers: [{ ...PRODUCER, status: "gone" }] };
    const execution: StoredRows = { ...ROWS, kind: "execution", rows: 1, numbers: 1 };
    expect(judge(evidence({ ...run, rows: [ROWS, execution] })).verdict).toBe("complete");
    expect(judge(evidence({ ...run, rows: [ROWS, { ...execution, without_end: 1 }] })).verdict).toBe(
      "unknown",
    );
  });

  test("of a run counts as lost at most what is missing near its numbers", () => {
    const gaps = [{ producer_epoch: "e", first_sequence: 4, last_sequence: 5 }];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), (lost) => {
        const judged = judge(evidence({ scope: { run: "r" }, producers: [{ ...PRODUCER, lost }], gaps }));
        expect(judged.totals.lost).toBe(Math.min(lost, 2));
        expect(judged.verdict).toBe(lost > 0 ? "missing" : "complete");
      }),
    );
  });
});
