import type pg from "pg";
import { WHOLE_SUFFIX } from "../event/large-result.js";
import { inTransaction } from "../store/on-connection.js";
import { withoutContention } from "../store/without-contention.js";
import { removable } from "./kept-rows.js";
import { type ChangedRow, noteChanged } from "./note-evidence.js";

/** What of a table is content, and where it is noted what was there. */
interface ContentTable {
  readonly table: string;
  /** Kind of its rows in the change feed. */
  readonly kind: string;
  readonly id: string;
  /** Set to null, their size and SHA-256 noted in `notes`. */
  readonly contents: readonly string[];
  readonly notes: string;
  /** What stays of `notes`, where that is content itself. */
  readonly kept: string;
  /** Contents of `notes` may be kept whole elsewhere: what they were is noted too. */
  readonly whole?: true;
  /** Is it what a consumer makes the row of again, without these members. */
  readonly said?: readonly string[];
}

const TABLES: readonly ContentTable[] = [
  {
    table: "agent_actions",
    kind: "action",
    id: "id",
    contents: ["status_message"],
    notes: "action_details",
    // Whether it failed is counted.
    kept: "jsonb_strip_nulls(jsonb_build_object('success', target.action_details -> 'success'))",
    whole: true,
  },
  {
    table: "agent_routing_decisions",
    kind: "routing_decision",
    id: "id",
    contents: ["user_request", "reasoning", "alternatives", "context_snapshot"],
    notes: "metadata",
    kept: "'{}'::jsonb",
  },
  {
    table: "agent_transformation_events",
    kind: "transformation",
    id: "id",
    contents: [
      "user_request",
      "transformation_reason",
      "error_message",
      "context_snapshot",
      "input_data",
      "output_data",
    ],
    notes: "metadata",
    kept: "'{}'::jsonb",
  },
  {
    table: "router_performance_metrics",
    kind: "router_performance",
    id: "id",
    contents: ["query_text"],
    notes: "metadata",
    kept: "'{}'::jsonb",
  },
  {
    table: "agent_detection_failures",
    kind: "detection_failure",
    id: "id",
    contents: ["user_prompt", "failure_reason", "detection_metadata"],
    notes: "metadata",
    kept: "'{}'::jsonb",
  },
  {
    table: "agent_execution_logs",
    kind: "execution",
    id: "execution_id",
    contents: ["user_prompt", "error_message"],
    notes: "metadata",
    kept: "'{}'::jsonb",
    said: ["user_prompt", "error_message"],
  },
];

const PART_ROWS = 2_000;
/** Rows that came late are looked at again for so long, and all of them once a hold has ended, which may be about any. */
const SINCE = `(
  select case when exists (select from agent_holds hold where hold.until <= now() and hold.until >= coalesce(state.retained_at, '-infinity'))
    then '-infinity' else state.contents_before - interval '30 days' end
  from agent_retention_state state)`;

/**
 * Empties contents of rows that began before, and notes size and SHA-256 of each under `contents_removed`. Returns how many rows of each table.
 * Throws what Postgres throws, and the signal's reason.
 */
export async function removeContents(
  pool: pg.Pool,
  before: Date,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const removed: Record<string, number> = {};
  for (const table of TABLES) {
    removed[table.table] = 0;
    for (let rows = PART_ROWS; rows === PART_ROWS; ) {
      signal.throwIfAborted();
      const result = await withoutContention(() =>
        inTransaction(pool, async (client) => {
          const changed = await client.query<ChangedRow>(statementOf(table), [before.toISOString()]);
          await noteChanged(client, table.kind, changed.rows);
          return changed;
        }),
      );
      rows = result.rowCount ?? 0;
      removed[table.table] = (removed[table.table] ?? 0) + rows;
    }
  }
  await inTransaction(pool, (client) =>
    client.query("update agent_retention_state set contents_before = greatest(contents_before, $1)", [
      before.toISOString(),
    ]),
  );
  return removed;
}

/** Size and SHA-256 of contents that were kept whole elsewhere. */
const LARGE_RESULTS = (notes: string): string => `coalesce((
    select jsonb_build_object('large_results', jsonb_object_agg(left(key, -length('${WHOLE_SUFFIX}')), value))
    from jsonb_each(case when jsonb_typeof(target.${notes}) = 'object' then target.${notes} else '{}' end)
    where key like '%\\${WHOLE_SUFFIX}' having count(*) > 0), '{}')`;

function statementOf({ table, id, contents, notes, kept, whole, said }: ContentTable): string {
  const size = (column: string) => `
    case when target.${column} is not null then jsonb_build_object('${column}', jsonb_build_object(
      'bytes', octet_length(target.${column}::text), 'sha256', encode(sha256(convert_to(target.${column}::text, 'UTF8')), 'hex'))) else '{}' end`;
  const noted = [...[notes, ...contents].map(size), ...(whole ? [LARGE_RESULTS(notes)] : [])].join(" || ");
  const sets = [
    `${notes} = ${kept} || jsonb_build_object('contents_removed', ${noted})`,
    ...contents.map((column) => `${column} = null`),
    ...(said === undefined ? [] : [saidWithout(said, noted)]),
  ];
  const files =
    table === "agent_actions"
      ? `, files as (
          update agent_file_operations file set operation_params = null, error_message = null from changed
          where file.action_id = changed.id and file.created_at = changed.created_at)`
      : "";
  return `
    with chosen as (
      select target.${id} as id, target.created_at from ${table} target
      where target.created_at < $1 and target.created_at >= ${SINCE}
        and not coalesce(target.${notes} ? 'contents_removed', false)
        and (coalesce(target.${notes}, '{}') <> '{}' or ${contents.map((column) => `target.${column} is not null`).join(" or ")})
        and ${removable(table, { failedSince: undefined })}
      limit ${PART_ROWS}
    ),
    changed as (
      update ${table} target set ${sets.join(", ")} from chosen
      where target.${id} = chosen.id and target.created_at = chosen.created_at
      returning target.${id} as id, target.created_at
    )${files}
    select id, created_at::text as created_at from changed`;
}

// What the row is made of again says too that they were removed, by a rank above all others, so that no later event brings them back.
const saidWithout = (members: readonly string[], noted: string): string =>
  `said = coalesce((
    select jsonb_object_agg(key, value) from jsonb_each(target.said)
    where key not in (${members.map((name) => `'${name}'`).join(", ")}) and not starts_with(key, 'metadata.')), '{}')
    || jsonb_build_object('metadata.contents_removed', jsonb_build_array('9', ${noted}))`;
