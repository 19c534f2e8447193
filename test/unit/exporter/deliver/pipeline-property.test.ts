import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { droppedInAll, type ExporterStats } from "../../../../exporter/deliver/delivery-counters.js";
import { Pipeline } from "../../../../exporter/deliver/pipeline.js";
import type { QueuedRecord } from "../../../../exporter/deliver/send-queue.js";
import type { ActionRecord } from "../../../../exporter/deliver/serialize.js";
import type { SendResult } from "../../../../exporter/deliver/transport.js";
import { TransportError } from "../../../../src/errors.js";
import type { EventKind } from "../../../../src/event/index.js";
import { diagLines } from "../../../helpers/diag-lines.js";
import { FakeTransport } from "../fake-transport.js";
import { optionsWith } from "../records.js";

// Otherwise what is lost would be said on stderr.
diagLines();

type Step =
  | { readonly do: "offer"; readonly kind: EventKind; readonly bytes: number }
  | { readonly do: "not an action" }
  | { readonly do: "answer"; readonly how: "sent" | "away" | "partly" | "refused"; readonly pick: number }
  | { readonly do: "withdraw"; readonly pick: number }
  | { readonly do: "turn" }
  | { readonly do: "flush" }
  | { readonly do: "shut down" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("offer" as const),
      kind: fc.constantFrom("action" as const, "execution" as const),
      bytes: fc.integer({ min: 1, max: 400 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "not an action" } as const) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      how: fc.constantFrom("sent" as const, "away" as const, "partly" as const, "refused" as const),
      pick: fc.nat(20),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("withdraw" as const), pick: fc.nat(50) }) },
  { weight: 3, arbitrary: fc.constant({ do: "turn" } as const) },
  { weight: 4, arbitrary: fc.constant({ do: "flush" } as const) },
);

/** Sends that wait for the schedule to answer them. */
class ScheduledTransport extends FakeTransport {
  readonly #waiting: { records: readonly ActionRecord[]; give: (result: SendResult) => void }[] = [];
  automatic = false;

  constructor() {
    super((records) =>
      this.automatic
        ? { status: "sent" }
        : new Promise((give) => {
            this.#waiting.push({ records, give });
          }),
    );
  }

  answerNext(how: "sent" | "away" | "partly" | "refused", pick: number): void {
    const next = this.#waiting.shift();
    if (!next) return;
    const { records } = next;
    const error = new TransportError("by the schedule");
    const some = records.filter((_, index) => (index + pick) % 3 === 0);
    if (how === "away") next.give({ status: "retryable", error, remaining: records });
    else if (how === "partly" && some.length > 0) next.give({ status: "retryable", error, remaining: some });
    else if (how === "refused") next.give({ status: "failed", error, refused: some });
    else next.give({ status: "sent" });
  }

  answerAll(): void {
    this.automatic = true;
    while (this.#waiting.length > 0) this.answerNext("sent", 0);
  }
}

const BOUNDS = { maxQueueSize: 12, maxQueueBytes: 2_000, maxExportBatchSize: 4, maxBatchBytes: 900 };

test("whatever happens in whatever order, every event is at exactly one place and in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), fc.boolean(), async (steps, shutDownAtOnce) => {
      const transport = new ScheduledTransport();
      const pipeline = new Pipeline(optionsWith(BOUNDS), transport);
      const world = new World(pipeline, transport);
      for (const next of steps) {
        await world.take(next);
        world.check();
      }
      if (!shutDownAtOnce) transport.answerAll();
      await pipeline.shutdown(shutDownAtOnce ? 0 : 10_000);
      transport.answerAll();
      await turn();
      world.check();
      world.checkEnd(shutDownAtOnce);
    }),
    { numRuns: 300 },
  );
}, 60_000);

class World {
  readonly #pipeline: Pipeline;
  readonly #transport: ScheduledTransport;
  readonly #items: QueuedRecord[] = [];
  readonly #outcomes = new Map<string, number>();
  #offered = 0;
  #taken = 0;
  #ignored = 0;

  constructor(pipeline: Pipeline, transport: ScheduledTransport) {
    this.#pipeline = pipeline;
    this.#transport = transport;
  }

  async take(step: Step): Promise<void> {
    if (step.do === "offer") this.#offer(step.kind, step.bytes);
    else if (step.do === "answer") this.#transport.answerNext(step.how, step.pick);
    else if (step.do === "turn") await turn();
    else if (step.do === "flush") await this.#flush();
    else if (step.do === "withdraw") {
      const item = this.#items[step.pick % Math.max(this.#items.length, 1)];
      if (item) this.#pipeline.withdraw(item, "publish_deadline", "It took too long.");
    } else {
      this.#ignored++;
      this.#pipeline.count("ignored");
    }
  }

  check(): void {
    const stats = this.#pipeline.stats();
    expect(this.#sum(stats)).toBe(stats.ended);
    expect(stats.ended).toBe(this.#offered + this.#ignored);
    expect(stats.buffered + stats.inFlight).toBeLessThanOrEqual(BOUNDS.maxQueueSize);
    expect(stats.queuedBytes).toBeLessThanOrEqual(BOUNDS.maxQueueBytes);
    expect(Math.min(...Object.values(stats.dropped), stats.buffered, stats.inFlight, stats.queuedBytes)).toBe(
      0,
    );
    for (const call of this.#transport.calls) {
      expect(call.length).toBeLessThanOrEqual(BOUNDS.maxExportBatchSize);
      expect(call.length === 1 || sizeOf(call) <= BOUNDS.maxBatchBytes).toBe(true);
    }
  }

  checkEnd(mayLose: boolean): void {
    const stats = this.#pipeline.stats();
    expect(stats).toMatchObject({ buffered: 0, inFlight: 0, queuedBytes: 0 });
    expect(this.#outcomes.size).toBe(this.#offered);
    expect([...this.#outcomes.values()].every((times) => times === 1)).toBe(true);
    expect(stats.acked).toBeLessThanOrEqual(this.#transport.landed.length);
    if (!mayLose) expect(stats.acked).toBe(this.#transport.landed.length);
    if (!mayLose) expect(stats.dropped.shutdown_deadline).toBe(0);
    this.#checkOrder();
  }

  // First times only: a batch that was lost on the way back arrives again.
  #checkOrder(): void {
    for (const kind of ["action", "execution"]) {
      const tried = [...new Set(this.#transport.calls.flat().filter((record) => record.kind === kind))];
      const numbers = tried.map(({ key }) => Number(key));
      expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
    }
  }

  // Ends the wait after a failed attempt, which a schedule would never outlast.
  async #flush(): Promise<void> {
    void this.#pipeline.flush(1);
    await turn();
  }

  #offer(kind: EventKind, bytes: number): void {
    const key = String(++this.#offered);
    const item = this.#pipeline.offer({ kind, key, value: Buffer.alloc(bytes), headers: {} }, () => {
      this.#outcomes.set(key, (this.#outcomes.get(key) ?? 0) + 1);
    });
    if (item) this.#items.push(item);
    if (item) this.#taken++;
    expect(this.#taken + this.#pipeline.stats().dropped.queue_full).toBe(this.#offered);
  }

  #sum({ ignored, acked, buffered, inFlight, ...rest }: ExporterStats): number {
    return (
      ignored + acked + buffered + inFlight + droppedInAll({ ignored, acked, buffered, inFlight, ...rest })
    );
  }
}

const sizeOf = (records: readonly ActionRecord[]): number =>
  records.reduce((sum, { value }) => sum + value.length, 0);
