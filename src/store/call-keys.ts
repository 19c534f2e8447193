/**
 * Call keys: several signals report one action (a span, a log record, a hook, a transcript), in any order and days apart, and they are one row.
 *
 * The id is a function of sender, session and call key. The time that is the other half of the row's key is not: signals differ in when
 * the action began. Whoever reports it first fixes that in `agent_action_keys`, in a transaction before that of the rows. A process that ends in
 * between leaves a key without a row, and the event finds it when it is read again.
 */
import type pg from "pg";
import { DEFAULT_SENDER, keyedActionId, SENDER_HEADER } from "../event/index.js";
import { arrayLiteral } from "./array-literal.js";
import { keyPart, type RowIdentity, rowsOfToldCalls, type ToldCall, toldCallOf } from "./matched-calls.js";
import { inTransaction } from "./on-connection.js";
import { runStatement } from "./run-statement.js";
import { headerText, type StorableEvent } from "./stored-event.js";
import { statement } from "./tables/table.js";
import { withoutContention } from "./without-contention.js";

/** The key of an action, and what its row is to be known by. */
interface CallKey {
  readonly sender: string;
  readonly session: string;
  readonly callKey: string;
  readonly id: string;
  readonly createdAt: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The batch, with the identity that their key gives to those events that have one. Throws what Postgres throws. Costs nothing where no event has
 * a key.
 */
export async function identifyByCallKeys(
  pool: pg.Pool,
  batch: readonly StorableEvent[],
): Promise<readonly StorableEvent[]> {
  const keys = new Map<StorableEvent, CallKey>();
  const told = new Map<StorableEvent, ToldCall>();
  for (const event of batch) {
    const call = toldCall(event);
    const key = call === undefined ? callKeyOf(event) : undefined;
    if (call !== undefined) told.set(event, call);
    else if (key !== undefined) keys.set(event, key);
  }
  if (keys.size === 0 && told.size === 0 && !batch.some(hasParentKey)) return batch;
  const createdAts = await fixed(pool, [...keys.values()]);
  const rows = await rowsOfToldCalls(pool, [...told.values()]);
  return batch.map((event) => {
    const [key, call] = [keys.get(event), told.get(event)];
    if (call !== undefined) return identified(event, rows.get(call));
    return identified(event, key && { id: key.id, createdAt: createdAts.get(key.id) ?? key.createdAt });
  });
}

/** The call that the event tells of, where other ways tell of it without a common id. */
export function toldCall(event: StorableEvent): ToldCall | undefined {
  if (event.valid.kind !== "action") return undefined;
  const { sender, session } = spaceOf(event);
  return toldCallOf(event.valid.event as unknown as Fields, sender, session);
}

function callKeyOf(event: StorableEvent): CallKey | undefined {
  const { call_key: callKey, created_at: createdAt } = event.valid.event as unknown as Fields;
  if (event.valid.kind !== "action" || typeof callKey !== "string" || callKey === "") return undefined;
  const { sender, session } = spaceOf(event);
  const id = keyedActionId(sender, session, callKey);
  return { sender, session, callKey, id, createdAt: String(createdAt) };
}

/** The id that its call key gives an event, whatever it says itself; `undefined` for one without a key. */
export const keyedIdOf = (event: StorableEvent): string | undefined => callKeyOf(event)?.id;

/** What call keys are unique in: the header that the intake wrote, and the session; an event without one is of its run. */
function spaceOf({ valid, record }: StorableEvent): { readonly sender: string; readonly session: string } {
  const { session_id: session, correlation_id: run } = valid.event as unknown as Fields;
  return {
    sender: headerText(record, SENDER_HEADER) ?? DEFAULT_SENDER,
    session: String(session ?? run ?? ""),
  };
}

const hasParentKey = ({ valid }: StorableEvent): boolean =>
  valid.kind === "action" && "parent_call_key" in valid.event;

function identified(storable: StorableEvent, row: RowIdentity | undefined): StorableEvent {
  const { valid } = storable;
  if (row === undefined && !hasParentKey(storable)) return storable;
  const { parent_call_key: parentKey, parent_action_id: parent } = valid.event as unknown as Fields;
  const { sender, session } = spaceOf(storable);
  const event = {
    ...valid.event,
    ...(row && { id: row.id, created_at: row.createdAt }),
    ...(typeof parentKey === "string" &&
      parent === undefined && { parent_action_id: keyedActionId(sender, session, parentKey) }),
  };
  return { ...storable, valid: { ...valid, event } as StorableEvent["valid"] };
}

/** When the actions of these keys began, by their ids: as it was reported first, of one batch by its first event. */
async function fixed(pool: pg.Pool, keys: readonly CallKey[]): Promise<ReadonlyMap<string, string>> {
  const first = new Map<string, CallKey>();
  for (const key of keys) if (!first.has(key.id)) first.set(key.id, key);
  if (first.size === 0) return new Map();
  // In one order, so that two transactions with the same keys wait for each other and never deadlock.
  const sorted = [...first.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  return withoutContention(() =>
    inTransaction(pool, async (client) => {
      const known = await find(pool, client, sorted);
      const missing = sorted.filter(({ id }) => !known.has(id));
      if (missing.length === 0) return known;
      await runStatement(pool, client, ADD, parametersOf(missing));
      // Another instance may have been faster: then its commit was waited for, and it is seen now.
      return new Map([...known, ...(await find(pool, client, missing))]);
    }),
  );
}

async function find(
  pool: pg.Pool,
  client: pg.PoolClient,
  keys: readonly CallKey[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await runStatement<{ id: string; created_at: string }>(
    pool,
    client,
    FIND,
    parametersOf(keys).slice(0, 3),
  );
  return new Map(rows.map(({ id, created_at: createdAt }) => [id, createdAt]));
}

const parametersOf = (keys: readonly CallKey[]): (string | null)[] => [
  arrayLiteral(keys.map(({ sender }) => keyPart(sender))),
  arrayLiteral(keys.map(({ session }) => keyPart(session))),
  arrayLiteral(keys.map(({ callKey }) => keyPart(callKey))),
  arrayLiteral(
    keys.map(({ id }) => id),
    false,
  ),
  arrayLiteral(
    keys.map(({ createdAt }) => createdAt),
    false,
  ),
];

const KEYS = "unnest($1::text[], $2::text[], $3::text[]";

const FIND = statement(
  "find_agent_action_keys",
  `select id, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at
   from agent_action_keys join ${KEYS}) as named (sender, session_id, call_id) using (sender, session_id, call_id)`,
);

const ADD = statement(
  "add_agent_action_keys",
  `insert into agent_action_keys (sender, session_id, call_id, id, created_at)
   select * from ${KEYS}, $4::uuid[], $5::timestamptz[]) on conflict do nothing`,
);
