import fc from "fast-check";
import type pg from "pg";
import { test } from "vitest";
import { advance, pending, refreshBucket, refreshRuns } from "../../src/statistics/statistics-statements.js";
import { type StorableEvent, StoredEvent } from "../../src/store/stored-event.js";
import { INSERT_OF_KIND } from "../../src/store/tables/insert-of-kind.js";
import { parametersOf } from "../../src/store/tables/table.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { catchUp, expectRuns, expectStatistics } from "./statistics-harness.js";
import { migratedPool, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writers = [createBatchWriter(pool), createBatchWriter(pool)] as const;

/** Places where actions begin: minutes of one hour, of hours on both sides of what is kept by the minute, and out of any reason. */
const HOURS_AGO = [0.05, 0.05, 0.07, 1.1, 47.5, 49, 240, 175_200];
const began = Date.now();
const BEGAN = HOURS_AGO.map((hours) => new Date(began - hours * 3_600_000).toISOString());
const few = fc.constantFrom("x", "y");
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });

const anyAction = fc.record({
  kind: fc.constant("action" as const),
  row: fc.nat(7),
  fields: fc.record({
    status: maybe(fc.constantFrom("running", "abandoned", "ok", "error")),
    action_type: fc.constantFrom("tool_call", "tool_call", "decision", "error"),
    action_name: few,
    agent_name: few,
    correlation_id: fc.constantFrom("run 1", "run 2"),
    project_name: maybe(few),
    session_id: maybe(few),
    agent_version: maybe(few),
    duration_ms: maybe(fc.oneof(fc.nat(3), fc.nat(100_000), fc.constant(2_147_483_647))),
    action_details: maybe(fc.record({ success: fc.boolean() })),
  }),
});
const anyExecution = fc.record({
  kind: fc.constant("execution" as const),
  row: fc.nat(1),
  fields: fc.record({
    status: fc.constantFrom("in_progress", "success", "error", "abandoned"),
    correlation_id: fc.constantFrom("run 1", "run 2", "run 3"),
    agent_name: maybe(few),
    user_prompt: maybe(few),
    minutes: fc.nat(5),
  }),
});
const anyStep = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant("write" as const),
      who: fc.nat(1),
      told: fc.array(fc.oneof(anyAction, anyAction, anyExecution), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("again" as const), who: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("hold" as const), told: anyAction }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom("commit" as const, "rollback" as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("remove" as const), row: fc.nat(7) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant("advance" as const),
      limit: fc.integer({ min: 1, max: 3 }),
      dies: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant("compute" as const), which: fc.nat(9), dies: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("consolidate" as const),
      hours: fc.constantFrom(47, 2, 0),
      dies: fc.boolean(),
    }),
  },
);

/** A run is summed up with an execution that goes into another run before the feed gets there. */
const COUNTED_EARLY: readonly Step[] = [
  { does: "write", who: 0, told: [anyExecutionIn("run 2", 0)] },
  { does: "advance", limit: 3, dies: false },
  { does: "write", who: 0, told: [anyExecutionIn("run 2", 1)] },
  { does: "compute", which: 9, dies: false },
  { does: "write", who: 0, told: [anyExecutionIn("run 1", 1)] },
];

function anyExecutionIn(run: "run 1" | "run 2", row: number): Told {
  const fields = {
    status: "success",
    correlation_id: run,
    agent_name: "x",
    user_prompt: "y",
    minutes: 0,
  } as const;
  return { kind: "execution", row, fields };
}

let histories = 0;
let offset = 0;

test("whatever happens in whatever order: statistics and runs are what the plain queries say", async () => {
  const holder = await pool.connect();
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (steps) => {
        await pool.query("delete from agent_actions");
        await pool.query("delete from agent_execution_logs");
        const history = new History(holder);
        for (const step of steps) await history.take(step);
        await history.end();
        await catchUp(pool);
        await expectStatistics(pool);
        await expectRuns(pool);
      }),
      { numRuns: 40, examples: [[COUNTED_EARLY]] },
    );
  } finally {
    holder.release();
  }
});

type Step = typeof anyStep extends fc.Arbitrary<infer One> ? One : never;
type Told = typeof anyAction | typeof anyExecution extends fc.Arbitrary<infer One> ? One : never;

class History {
  readonly #holder: pg.PoolClient;
  readonly #number = histories++;
  readonly #batches: (readonly StorableEvent[])[] = [];
  #isOpen = false;

  constructor(holder: pg.PoolClient) {
    this.#holder = holder;
  }

  async take(step: Step): Promise<void> {
    if (step.does === "write") {
      const batch = step.told.map((told) => this.#event(told, 0));
      this.#batches.push(batch);
      await writers[step.who]?.write(batch);
    } else if (step.does === "again") await writers[step.who]?.write(this.#batches.at(-1) ?? []);
    else if (step.does === "hold") await this.#hold(this.#event(step.told, 100));
    else if (step.does === "remove")
      await pool.query("delete from agent_actions where id = $1", [this.#id(step.row)]);
    else if (step.does === "advance") await perhaps(step.dies, (on) => advance(on, step.limit));
    else if (step.does === "compute") await this.#compute(step.which, step.dies);
    else if (step.does === "consolidate")
      await perhaps(step.dies, (on) =>
        on.query("select consolidate_agent_statistics(now() - make_interval(hours => $1))", [step.hours]),
      );
    else await this.#close(step.does);
  }

  async end(): Promise<void> {
    await this.#close("commit");
  }

  // Rows of its own: who writes a row that another transaction has written waits for that.
  async #hold(event: StorableEvent): Promise<void> {
    if (!this.#isOpen) await this.#holder.query("begin");
    this.#isOpen = true;
    const row = new StoredEvent(event);
    const { statement, columns } = INSERT_OF_KIND.action;
    await this.#holder.query(statement.text, [...parametersOf(columns, [row]), null]);
  }

  async #close(how: "commit" | "rollback"): Promise<void> {
    if (this.#isOpen) await this.#holder.query(how);
    this.#isOpen = false;
  }

  async #compute(which: number, dies: boolean): Promise<void> {
    const { buckets } = await pending(pool, 10);
    const bucket = buckets[which];
    if (bucket === undefined) await perhaps(dies, (on) => refreshRuns(on, 1 + which));
    else await perhaps(dies, (on) => refreshBucket(on, bucket));
  }

  #id(row: number): string {
    return `01900000-0000-7000-8000-${String(this.#number * 1_000 + row).padStart(12, "0")}`;
  }

  #event({ kind, row, fields }: Told, first: number): StorableEvent {
    const id = this.#id(first + row);
    const record = { topic: "t", partition: 0, offset: String(offset++) };
    if (kind === "action") {
      const timestamp = BEGAN[row % BEGAN.length];
      return { ...storable(kind, { id, timestamp, ...fields }), record };
    }
    const { minutes, ...others } = fields;
    const timestamp = new Date(began - minutes * 60_000).toISOString();
    return {
      ...storable(kind, { id: this.#id(500 + offset), execution_id: id, timestamp, ...others }),
      record,
    };
  }
}

/** Runs the work; or lets it die before its end, as a process that is killed does. */
async function perhaps(dies: boolean, work: (on: pg.Pool) => Promise<unknown>): Promise<void> {
  if (!dies) return void (await work(pool));
  const client = await pool.connect();
  try {
    await client.query("begin");
    const within = {
      connect: async () => ({
        query: (text: string, values?: unknown[]) =>
          /^(?:begin|commit)/.test(text) ? undefined : client.query(text, values),
        release: () => undefined,
      }),
      query: client.query.bind(client),
    };
    await work(within as unknown as pg.Pool);
  } finally {
    await client.query("rollback");
    client.release();
  }
}
