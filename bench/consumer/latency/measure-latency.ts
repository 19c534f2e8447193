import type { ChildProcess } from "node:child_process";
import pg from "pg";
import { answerOf, type MeasuredChild } from "../measured-child.js";
import type { Acknowledged, PacedOrder } from "./child-paced-producer.js";
import { expectOneClock, nowMillis } from "./clock.js";
import { fetchedAt, type RowTimes, type Spread, STAGES, type Stage, spreadOfStage } from "./stages.js";

export interface Latency {
  readonly perSecond: number;
  readonly rows: number;
  readonly stages: Readonly<Record<Stage, Spread>>;
}

/** Between two looks. */
const LOOK_MILLIS = 2;
/** Transactions commit in another order than they took their places in the feed in: so far back every look goes. */
const PLACES_AGAIN = 200;
const PATIENCE_MILLIS = 60_000;

/**
 * Every record's way by one clock, because all of it is on this machine: its producer notes when Kafka acknowledged it, the consumer's process
 * when it was fetched, PostgreSQL when its transaction began to commit, and this process when another connection saw its row.
 *
 * Rows are seen by the change feed, which has one row a transaction: a look reads what was committed since the last one, however many rows
 * that are, so this holds at any rate. A look takes about a millisecond, and two pass between looks: that much is in the last stage.
 */
export async function measureLatency(
  producer: ChildProcess,
  consumer: MeasuredChild,
  databaseUrl: string,
  order: PacedOrder,
): Promise<Latency> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const start = await client.query(
      "select coalesce(max(position), 0)::float8 as position from agent_action_changes",
    );
    const since = nowMillis() * 1_000;
    // Those of before are of no use any more.
    await consumer.fetches?.();
    const publishing = answerOf<readonly Acknowledged[]>(producer, order);
    // It is waited for below; until then it may reject.
    publishing.catch(() => undefined);
    const seen = await see(client, order.count, start.rows[0].position, since);
    const acknowledged = new Map(await publishing);
    const fetched = fetchedAt((await consumer.fetches?.()) ?? []);
    expectOneClock();
    const { rows } = await client.query<StoredRow>(
      `select (extract(epoch from created_at) * 1000000)::float8 as ended, kafka_partition as partition, kafka_offset::float8 as offset,
        (extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000)::float8 as written
      from agent_actions where created_at > to_timestamp($1)`,
      [since / 1e6],
    );
    const times = rows.map((row): RowTimes => {
      const time = (name: string, at: number | null | undefined): number => {
        if (typeof at === "number") return at;
        throw new Error(
          `of a row of partition ${row.partition}, offset ${row.offset}, nobody saw when it was ${name}`,
        );
      };
      return {
        ended: row.ended / 1_000,
        acknowledged: time("acknowledged", acknowledged.get(row.ended)),
        fetched: time("fetched", fetched(row.partition, row.offset)),
        written: time("written", row.written),
        visible: time("visible", seen.get(row.ended)),
      };
    });
    if (times.length !== order.count) throw new Error(`${times.length} rows instead of ${order.count}`);
    const stages = Object.fromEntries(
      (Object.keys(STAGES) as Stage[]).map((stage) => [stage, spreadOfStage(times, stage)]),
    ) as Record<Stage, Spread>;
    return { perSecond: order.perSecond, rows: times.length, stages };
  } finally {
    await client.end();
  }
}

interface StoredRow {
  /** Microseconds. */
  readonly ended: number;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds; `null` where the server does not keep it. */
  readonly written: number | null;
}

/** When each row was seen, milliseconds, by the microsecond in which it ended. */
async function see(
  client: pg.Client,
  count: number,
  from: number,
  since: number,
): Promise<ReadonlyMap<number, number>> {
  const seen = new Map<number, number>();
  let recent: number[] = [];
  let last = from;
  let until = performance.now() + PATIENCE_MILLIS;
  while (seen.size < count) {
    const { rows } = await client.query<{ position: number; ended: number[] }>({
      name: "look",
      text: `select position::float8 as position, array(select (extract(epoch from at) * 1000000)::float8 from unnest(created_ats) at) as ended
        from agent_action_changes where kind = 'action' and position > $1 and not position = any($2::bigint[])`,
      values: [Math.max(last - PLACES_AGAIN, from), recent],
    });
    const now = nowMillis();
    for (const { position, ended } of rows) {
      recent.push(position);
      last = Math.max(last, position);
      // That of the first send is none of them.
      for (const micros of ended) if (micros >= since) seen.set(micros, now);
    }
    if (rows.length > 0) until = performance.now() + PATIENCE_MILLIS;
    recent = recent.filter((position) => position > last - PLACES_AGAIN);
    if (performance.now() > until)
      throw new Error(`${count - seen.size} of ${count} rows were not seen, and none within a minute`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
  }
  return seen;
}
