import type pg from "pg";
import { SqlValues } from "../query/sql-values.js";
import { orderTree, type TreeOrder } from "./order-tree.js";

/** What a tree shows of every action, in columns; the place of an action is its index in `order`. */
export interface RunTree extends Omit<TreeOrder, "order"> {
  /** Changes whenever an action of the run does. */
  readonly version: string;
  readonly count: number;
  /** There are more actions than this. */
  readonly isCut: boolean;
  /** Start of the first action, Unix milliseconds. */
  readonly startMillis: number;
  /** By place. */
  readonly ids: readonly string[];
  readonly names: Dictionary;
  readonly agents: Dictionary;
  readonly kinds: Dictionary;
  /** Milliseconds from the start of the run. */
  readonly starts: Int32Array;
  /** Milliseconds; -1 where it is not known. */
  readonly durations: Int32Array;
  /** Places of actions whose parent is not among the run's actions. */
  readonly missingParents: readonly number[];
}

/** Different values, and for each place which it is. */
export interface Dictionary {
  readonly values: readonly string[];
  readonly indices: Int32Array;
}

/** Read in portions, so that the process does other things in between. */
const PORTION = 2_000;
const LATEST_MILLIS = 2_147_483_647;

interface TreeRow {
  readonly id: string;
  readonly parent: string | null;
  readonly span: string | null;
  readonly parent_span: string | null;
  readonly name: string;
  readonly agent: string;
  readonly kind: string;
  readonly start: number;
  readonly duration: number;
}

// Sees every insert, update and removal, also those that no column shows.
const RUN_VERSION = `
  select count(*)::int as count,
    to_hex(count(*)) || '-' || coalesce(md5(sum(hashtextextended(xmin::text || ' ' || ctid::text || ' ' || tableoid::text, 0))::text), '') as version
  from agent_actions where correlation_id = $1`;

/**
 * Reads a run. `undefined`: it has no actions that fit the scope.
 *
 * @param version what {@link readRunVersion} has returned in the same transaction
 * @param scope further conditions, with their values
 */
export async function readRunTree(
  client: pg.PoolClient,
  run: string,
  version: string,
  scope: (sql: SqlValues) => string,
  maxActions: number,
): Promise<RunTree | undefined> {
  const sql = new SqlValues();
  const statement = `declare tree no scroll cursor for ${ROWS(sql.add(run), scope(sql), sql.add(maxActions + 1))}`;
  await client.query(statement, sql.list);
  const rows: TreeRow[] = [];
  for (;;) {
    const portion = await client.query<TreeRow>(`fetch ${PORTION} from tree`);
    for (const row of portion.rows) rows.push(row);
    if (portion.rows.length < PORTION) break;
  }
  const isCut = rows.length > maxActions;
  if (isCut) rows.length = maxActions;
  return rows.length === 0 ? undefined : treeOf(rows, version, isCut);
}

/** `undefined`: the run has no actions. */
export async function readRunVersion(client: pg.PoolClient, run: string): Promise<string | undefined> {
  const { rows } = await client.query<{ count: number; version: string }>(RUN_VERSION, [run]);
  return rows[0]?.count === 0 ? undefined : rows[0]?.version;
}

const ROWS = (run: string, scope: string, limit: string): string => `
  select id, parent_action_id as parent, span_id as span, parent_span_id as parent_span,
    left(action_name, 200) as name, left(agent_name, 200) as agent,
    concat_ws(' ', action_type, state, status) as kind,
    floor(extract(epoch from created_at) * 1000)::float8 as start,
    coalesce(duration_ms, floor(extract(epoch from ended_at - created_at) * 1000), -1)::float8 as duration
  from agent_actions where correlation_id = ${run}${scope}
  order by created_at, id
  limit ${limit}`;

function treeOf(rows: readonly TreeRow[], version: string, isCut: boolean): RunTree {
  const { parents, missing } = parentsOf(rows);
  const { order, parentDistance, cycles } = orderTree(parents);
  const startMillis = rows[0]?.start ?? 0;
  const inOrder = <Value>(value: (row: TreeRow) => Value): Value[] =>
    Array.from(order, (node) => value(rows[node] as TreeRow));
  const millis = (value: number): number => Math.min(Math.max(value, -1), LATEST_MILLIS);
  const missingParents: number[] = [];
  order.forEach((node, place) => {
    if (missing.has(node)) missingParents.push(place);
  });
  return {
    version,
    count: rows.length,
    isCut,
    startMillis,
    parentDistance,
    cycles,
    missingParents,
    ids: inOrder(({ id }) => id),
    names: dictionaryOf(inOrder(({ name }) => name)),
    agents: dictionaryOf(inOrder(({ agent }) => agent)),
    kinds: dictionaryOf(inOrder(({ kind }) => kind)),
    starts: Int32Array.from(inOrder(({ start }) => millis(start - startMillis))),
    durations: Int32Array.from(inOrder(({ duration }) => millis(duration))),
  };
}

/** The parent of each row: the action that it names, else the one whose span is its parent span. */
function parentsOf(rows: readonly TreeRow[]): { parents: Int32Array; missing: ReadonlySet<number> } {
  const byId = new Map<string, number>();
  const bySpan = new Map<string, number>();
  rows.forEach(({ id, span }, index) => {
    if (!byId.has(id)) byId.set(id, index);
    if (span !== null && !bySpan.has(span)) bySpan.set(span, index);
  });
  const missing = new Set<number>();
  const parents = Int32Array.from(rows, ({ parent, parent_span: parentSpan }, index) => {
    const found =
      (parent === null ? undefined : byId.get(parent)) ??
      (parentSpan === null ? undefined : bySpan.get(parentSpan));
    // A parent span may be no action, so only an action that is named can be missing.
    if (found === undefined && parent !== null) missing.add(index);
    return found ?? -1;
  });
  return { parents, missing };
}

function dictionaryOf(values: readonly string[]): Dictionary {
  const places = new Map<string, number>();
  const indices = Int32Array.from(values, (value) => {
    const known = places.get(value);
    if (known !== undefined) return known;
    places.set(value, places.size);
    return places.size - 1;
  });
  return { values: [...places.keys()], indices };
}
