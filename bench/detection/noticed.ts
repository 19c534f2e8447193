/**
 * How soon a loop of each kind is a row of agent_notices: calls in real time through Kafka, the service and Postgres.
 *
 *     npm run build && npx agent-actions dev -- npx tsx bench/detection/noticed.ts [--rounds 2]
 *
 * All kinds run at a time, four calls a second each. From the end of the call that makes it a loop, by the rules, until the notice.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Kafka, logLevel, type Producer } from "kafkajs";
import pg from "pg";
import { deedOf } from "../../src/analysis/event-deed.js";
import { LoopSequence } from "../../src/analysis/loop-sequence.js";
import { randomFrom } from "../../src/analysis/series/random.js";
import type { ActionEvent } from "../../src/event/index.js";
import { hash, LOOPS } from "./planted.js";
import type { Call } from "./runs.js";
import { table } from "./tables.js";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "2" } } });
const { KAFKA_BOOTSTRAP_SERVERS: brokers = "", DATABASE_URL: database } = process.env;
const CALL_MILLIS = 20;
const PAUSE_MILLIS = 230;
const LIMIT_MILLIS = 60_000;

const NOTICED = `
  select (extract(epoch from opened_at) * 1000)::float8 as at from agent_notices
  where correlation_id = $1 and rule = 'loop' order by opened_at limit 1`;

const client = new pg.Client({ connectionString: database });
await client.connect();
const producer = new Kafka({ brokers: brokers.split(","), logLevel: logLevel.ERROR }).producer();
await producer.connect();

const kinds = Object.keys(LOOPS);
const rounds: (readonly string[])[] = [];
for (let round = 0; round < Number(values.rounds); round++)
  rounds.push(await Promise.all(kinds.map((kind, index) => millisUntilNoticed(kind, round, index * 120))));
table(
  ["loop", ...rounds.map((_, round) => `round ${round + 1}, ms`)],
  kinds.map((kind, index) => [kind, ...rounds.map((round) => round[index] ?? "")]),
);
await producer.disconnect();
await client.end();

async function millisUntilNoticed(kind: string, round: number, waitMillis: number): Promise<string> {
  const run = randomUUID();
  const sequence = new LoopSequence();
  let decidedAt: number | undefined;
  await delay(waitMillis);
  for (const call of LOOPS[kind]?.(randomFrom(hash(kind) + round)) ?? []) {
    const startedAt = Date.now();
    await delay(CALL_MILLIS);
    const event = eventOf(run, kind, call, startedAt, Date.now() - startedAt);
    await send(producer, event);
    const deed = deedOf(event);
    if (deed?.type === "call" && sequence.add(deed.step).some(({ isGoing }) => isGoing))
      decidedAt ??= deed.step.doneAt;
    await delay(PAUSE_MILLIS);
  }
  if (decidedAt === undefined) throw new Error(`The rules find no loop in ${kind}.`);
  const until = Date.now() + LIMIT_MILLIS;
  while (Date.now() < until) {
    const { rows } = await client.query<{ at: number }>(NOTICED, [run]);
    const [notice] = rows;
    if (notice) return String(Math.round(notice.at - decidedAt));
    await delay(200);
  }
  return `not within ${LIMIT_MILLIS / 1_000} s`;
}

function eventOf(
  run: string,
  kind: string,
  { tool, args, result, error }: Call,
  startedAt: number,
  tookMillis: number,
): ActionEvent {
  return {
    id: randomUUID(),
    correlation_id: run,
    agent_name: `planted ${kind}`,
    action_type: "tool_call",
    action_name: tool,
    action_details: {
      tool_parameters: args,
      ...(result === undefined ? {} : { tool_result: result }),
    } as NonNullable<ActionEvent["action_details"]>,
    started_at: new Date(startedAt).toISOString(),
    duration_ms: tookMillis,
    status: error === undefined ? "ok" : "error",
    ...(error === undefined ? {} : { error_message: error }),
  };
}

async function send(to: Producer, event: ActionEvent): Promise<void> {
  await to.send({
    topic: "agent-actions",
    messages: [{ key: event.correlation_id ?? null, value: JSON.stringify(event) }],
  });
}
