import { Kafka, logLevel, Partitioners } from "kafkajs";
import pg from "pg";

export interface Latency extends Spread {
  readonly perSecond: number;
  /** Until Kafka has acknowledged the record. */
  readonly acknowledged: Spread;
  /** From there until its row can be seen. */
  readonly stored: Spread;
}

interface Spread {
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly maxMillis: number;
}

/** Between two looks. */
const LOOK_MILLIS = 2;
/** Transactions commit in another order than they took their places in the feed in: so far back every look goes. */
const PLACES_AGAIN = 200;
const PATIENCE_MILLIS = 60_000;
/** A process that was held up sends what is due in several, each below the broker's bound. */
const MAX_SEND = 500;

/**
 * From the end of an action, when its event is made, to when another connection sees its row: one clock, because all of it is on this machine.
 *
 * Rows are seen by the change feed, which has one row a transaction: a look reads what was committed since the last one, however many rows
 * that are, so this holds at any rate. A look takes about a millisecond, and two pass between looks: that much is in the figures.
 */
export async function measureLatency(
  bootstrapServers: string,
  topic: string,
  databaseUrl: string,
  perSecond: number,
  seconds: number,
): Promise<Latency> {
  const kafka = new Kafka({ brokers: bootstrapServers.split(","), logLevel: logLevel.ERROR });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const client = new pg.Client({ connectionString: databaseUrl });
  await Promise.all([producer.connect(), client.connect()]);
  // A producer's first send asks for the topic's leaders, and makes the others wait.
  await producer.send({ topic, messages: [{ value: event(0, new Date().toISOString()) }] });
  const count = perSecond * seconds;
  const { rows: start } = await client.query(
    "select coalesce(max(position), 0)::float8 as position from agent_action_changes",
  );
  const since = nowMillis() * 1_000;
  const publishing = publish(producer, topic, perSecond, count);
  const rows = await see(client, count, start[0].position, since);
  const acknowledgedAt = await publishing;
  await producer.disconnect();
  await client.end();
  const whole: number[] = [];
  const acknowledged: number[] = [];
  const stored: number[] = [];
  for (const { endedMicros, seenAt } of rows) {
    const ended = endedMicros / 1_000;
    // The broker may give a record out before its producer hears of it.
    const sent = acknowledgedAt.get(endedMicros);
    if (sent === undefined)
      throw new Error(`a row that nobody sent ended at ${new Date(ended).toISOString()}`);
    whole.push(seenAt - ended);
    acknowledged.push(sent - ended);
    stored.push(seenAt - sent);
  }
  return {
    perSecond,
    ...spreadOf(whole),
    acknowledged: spreadOf(acknowledged),
    stored: spreadOf(stored),
  };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)]!;
  return { p50Millis: at(0.5), p99Millis: at(0.99), maxMillis: at(1) };
}

/** What is due goes in one send, as an agent sends what gathers. Returns when each was acknowledged, by the microsecond in which it ended. */
async function publish(
  producer: ReturnType<Kafka["producer"]>,
  topic: string,
  perSecond: number,
  count: number,
): Promise<ReadonlyMap<number, number>> {
  const began = performance.now();
  const sends: Promise<unknown>[] = [];
  const acknowledgedAt = new Map<number, number>();
  let lastEnd = 0;
  for (let index = 0; index < count; ) {
    const due = Math.min(count, Math.ceil(((performance.now() - began) * perSecond) / 1_000));
    const messages = [];
    const ends: number[] = [];
    for (const end = Math.min(due, index + MAX_SEND); index < end; index++) {
      // A microsecond of its own, by which its row is known again.
      lastEnd = Math.max(lastEnd + 1, Math.ceil(nowMillis() * 1_000));
      ends.push(lastEnd);
      messages.push({ key: `run-${index % 50}`, value: event(index, isoMicros(lastEnd)) });
    }
    if (messages.length > 0)
      sends.push(
        producer.send({ topic, messages }).then(() => {
          const now = nowMillis();
          for (const end of ends) acknowledgedAt.set(end, now);
        }),
      );
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(sends);
  return acknowledgedAt;
}

interface SeenRow {
  readonly endedMicros: number;
  /** Milliseconds since the epoch. */
  readonly seenAt: number;
}

async function see(
  client: pg.Client,
  count: number,
  from: number,
  since: number,
): Promise<readonly SeenRow[]> {
  const seenRows: SeenRow[] = [];
  const seen = new Set<number>();
  let last = from;
  const until = performance.now() + PATIENCE_MILLIS;
  for (let missing = count; missing > 0; ) {
    const { rows } = await client.query({
      name: "look",
      text: `select position::float8 as position, array(select (extract(epoch from at) * 1000000)::float8 from unnest(created_ats) at) as ended
        from agent_action_changes where kind = 'action' and position > $1 order by position`,
      values: [Math.max(last - PLACES_AGAIN, from)],
    });
    const now = nowMillis();
    for (const { position, ended } of rows as { position: number; ended: number[] }[]) {
      if (seen.has(position)) continue;
      seen.add(position);
      last = Math.max(last, position);
      for (const endedMicros of ended) {
        // That of the first send is none of them.
        if (endedMicros < since) continue;
        seenRows.push({ endedMicros, seenAt: now });
        missing -= 1;
      }
    }
    if (performance.now() > until) throw new Error(`${missing} of ${count} rows were not seen in a minute`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
  }
  return seenRows;
}

const nowMillis = (): number => performance.timeOrigin + performance.now();

const isoMicros = (micros: number): string =>
  `${new Date(Math.floor(micros / 1_000)).toISOString().slice(0, -1)}${String(micros % 1_000).padStart(3, "0")}Z`;

function event(index: number, timestamp: string): string {
  return JSON.stringify({
    correlation_id: `latency-${index % 50}`,
    agent_name: "agent-latency",
    action_type: "tool_call",
    action_name: `latency-${index}`,
    action_details: { tool_parameters: {}, tool_result: "x".repeat(200), success: true },
    timestamp,
  });
}
