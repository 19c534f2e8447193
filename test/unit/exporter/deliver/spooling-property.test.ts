import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { droppedInAll, type ExporterStats } from "../../../../exporter/deliver/delivery-counters.js";
import { NO_HELD_WORK } from "../../../../exporter/deliver/held-events.js";
import type { HeldRecord } from "../../../../exporter/deliver/held-record.js";
import { Pipeline } from "../../../../exporter/deliver/pipeline.js";
import type { ActionRecord } from "../../../../exporter/deliver/serialize.js";
import { TransportError } from "../../../../src/errors.js";
import type { EventKind } from "../../../../src/event/index.js";
import { SegmentFile } from "../../../../src/spool/segment-file.js";
import { diagLines } from "../../../helpers/diag-lines.js";
import { leftInSpool } from "../../spool/left-in-spool.js";
import { temporaryFolder } from "../../spool/records.js";
import { away, FakeTransport, sent } from "../fake-transport.js";
import { optionsWith } from "../records.js";

// Otherwise what is lost would be said on stderr.
diagLines();

type Step =
  | { readonly do: "offer"; readonly kind: EventKind; readonly bytes: number; readonly count: number }
  | { readonly do: "hold" }
  | { readonly do: "release" }
  | { readonly do: "turn" }
  | { readonly do: "wait" }
  | { readonly do: "flush" }
  | { readonly do: "kafka"; readonly how: "sent" | "away" | "refuses some" }
  | { readonly do: "disk"; readonly works: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("offer" as const),
      kind: fc.constantFrom("action" as const, "execution" as const),
      bytes: fc.integer({ min: 8, max: 200 }),
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Step>(
      { do: "hold" },
      { do: "release" },
      { do: "turn" },
      { do: "wait" },
      { do: "flush" },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("kafka" as const),
      how: fc.constantFrom("sent" as const, "away" as const, "refuses some" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("disk" as const), works: fc.boolean() }) },
);

const BOUNDS = { maxQueueSize: 12, maxQueueBytes: 2_000, maxExportBatchSize: 4, maxBatchBytes: 900 };

const sumOf = (stats: ExporterStats): number => {
  const { ignored, deduplicated, held, acked, buffered, inFlight, spooled } = stats;
  return ignored + deduplicated + held + acked + buffered + inFlight + spooled + droppedInAll(stats);
};

/** Whether the disk takes anything. */
const disk = { works: true };

function breakableDisk(): void {
  disk.works = true;
  for (const method of ["append", "appendLater"] as const) {
    const original = SegmentFile.prototype[method] as (bytes: Buffer) => never;
    vi.spyOn(SegmentFile.prototype, method).mockImplementation(function (this: SegmentFile, bytes: Buffer) {
      if (!disk.works) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      return original.call(this, bytes);
    });
  }
  onTestFinished(() => void vi.restoreAllMocks());
}

test.each(["overflow", "always"] as const)(
  "%s: whatever happens in whatever order, every event is at exactly one place, and none is lost uncounted",
  async (spool) => {
    breakableDisk();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, endsWell) => {
        disk.works = true;
        const spoolDirectory = temporaryFolder();
        const transport = new FakeTransport();
        const pipeline = new Pipeline(optionsWith({ ...BOUNDS, spool, spoolDirectory }), transport);
        let offered = 0;
        let held = 0;
        let settled = 0;
        const waiting: [ActionRecord, HeldRecord][] = [];
        pipeline.onFlush({
          ...NO_HELD_WORK,
          release() {
            for (const [record, place] of waiting.splice(0)) pipeline.held.release(record, [place]);
          },
        });
        const check = () => {
          const stats = pipeline.stats();
          expect(sumOf(stats)).toBe(stats.ended);
          expect(stats.ended).toBe(offered + held);
          expect(stats.held + stats.buffered + stats.inFlight).toBeLessThanOrEqual(BOUNDS.maxQueueSize + 4);
          expect(
            Math.min(stats.buffered, stats.spooled, stats.inFlight, stats.queuedBytes),
          ).toBeGreaterThanOrEqual(0);
        };
        for (const next of steps) {
          if (next.do === "offer")
            for (let index = 0; index < next.count; index++) {
              const value = Buffer.alloc(next.bytes, `${++offered} `);
              pipeline.offer({ kind: next.kind, key: String(offered), value, headers: {} }, () => settled++);
              check();
            }
          else if (next.do === "hold") {
            held++;
            const record = {
              kind: "action" as const,
              key: `h${held}`,
              value: Buffer.alloc(100),
              headers: {},
            };
            const place = pipeline.held.hold(record);
            if (place) waiting.push([record, place]);
          } else if (next.do === "release") {
            for (const [record, place] of waiting.splice(0)) pipeline.held.release(record, [place]);
          } else if (next.do === "turn") await turn();
          else if (next.do === "wait") await sleep(2);
          else if (next.do === "flush") {
            void pipeline.flush(1);
            await turn();
          } else if (next.do === "disk") disk.works = next.works;
          else if (next.how === "sent") transport.answer = sent;
          else if (next.how === "away") transport.answer = away;
          else
            transport.answer = (records) => ({
              status: "failed",
              error: new TransportError("too large"),
              refused: records.filter((_, index) => index % 3 === 1),
            });
          check();
        }
        if (endsWell) {
          transport.answer = sent;
          await pipeline.flush(5_000);
        } else transport.answer = away;
        await pipeline.shutdown(0);
        check();

        const stats = pipeline.stats();
        expect(stats).toMatchObject({ held: 0, buffered: 0, inFlight: 0, queuedBytes: 0 });
        expect(settled).toBe(offered);
        const left = (await leftInSpool(spoolDirectory)).map(({ key }) => key);
        expect(left).toHaveLength(stats.spooled);
        const landed = transport.landed.map(({ key }) => key);
        expect(landed).toHaveLength(stats.acked);
        expect(new Set([...left, ...landed]).size).toBe(left.length + landed.length);
        for (const kind of ["action", "execution"]) {
          const tried = new Set(
            transport.calls.flat().filter((record) => record.kind === kind && !record.key.startsWith("h")),
          );
          const numbers = [...tried].map(({ key }) => Number(key));
          expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
        }
      }),
      { numRuns: 100 },
    );
  },
  120_000,
);
