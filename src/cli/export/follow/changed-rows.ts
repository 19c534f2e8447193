import type pg from "pg";
import { selected } from "../../../api/collection.js";
import { ACTION_FILTERS } from "../../../api/collections/action-filters.js";
import { ACTION_COLUMNS } from "../../../api/collections/actions.js";
import { conditions } from "../../../api/query/filter.js";
import type { ParameterValues } from "../../../api/query/parameter.js";
import { SqlValues } from "../../../api/query/sql-values.js";
import type { TimeRange } from "../../../api/query/time-range.js";
import type { Change } from "../../../store/change-feed.js";

/** A row as the text of a JSON object, or the id of one that is gone. */
export type ChangedRow = { readonly row: string } | { readonly gone: string };

/** Rows can be near a megabyte each. */
const PORTION = 50;

const SHOWN = `lateral (select ${selected(ACTION_COLUMNS, new Map())}) as shown`;

interface Key {
  readonly id: string;
  readonly at: string;
}

/** The rows that changes name, as they are now, each once; then those of them that are gone. Rows that do not fit the filters are left out. */
export async function* changedRows(
  pool: pg.Pool,
  changes: readonly Change[],
  filters: ParameterValues,
): AsyncGenerator<ChangedRow> {
  const keys = keysOf(changes);
  for (let from = 0; from < keys.length; from += PORTION) {
    const some = keys.slice(from, from + PORTION);
    const named = [some.map(({ id }) => id), some.map(({ at }) => at)];
    const sql = new SqlValues();
    const places = named.map((list) => sql.add(list));
    const where = conditions(filters, ACTION_FILTERS, { since: undefined, until: undefined }, sql);
    const { rows } = await pool.query<{ json: string }>(
      `select row_to_json(shown)::text as json
       from unnest(${places[0]}::uuid[], ${places[1]}::timestamptz[]) with ordinality as named (named_id, named_at, place)
       cross join lateral (
         select * from agent_actions where agent_actions.id = named_id and agent_actions.created_at = named_at and ${where}
       ) as rows, ${SHOWN}
       order by named.place`,
      sql.list,
    );
    for (const { json } of rows) yield { row: json };
    const gone = await pool.query<{ id: string }>(
      `select named_id::text as id from unnest($1::uuid[], $2::timestamptz[]) as named (named_id, named_at)
       where not exists (select from agent_actions where id = named_id and created_at = named_at)`,
      named,
    );
    for (const { id } of gone.rows) yield { gone: id };
  }
}

/** The rows of a time range that are there, by their start. */
export async function* rowsThere(
  pool: pg.Pool,
  range: TimeRange,
  filters: ParameterValues,
): AsyncGenerator<ChangedRow> {
  let after = ["-infinity", "00000000-0000-0000-0000-000000000000"];
  for (;;) {
    const sql = new SqlValues();
    const places = after.map((value) => sql.add(value));
    const where = conditions(filters, ACTION_FILTERS, range, sql);
    const { rows } = await pool.query<{ json: string; at: string; id: string }>(
      `select row_to_json(shown)::text as json, rows.created_at::text as at, rows.id::text as id
       from (
         select * from agent_actions
         where (created_at, id) > (${places[0]}::timestamptz, ${places[1]}::uuid) and ${where}
         order by created_at, id limit ${PORTION}
       ) as rows, ${SHOWN}
       order by rows.created_at, rows.id`,
      sql.list,
    );
    for (const { json } of rows) yield { row: json };
    const last = rows.at(-1);
    if (last === undefined || rows.length < PORTION) return;
    after = [last.at, last.id];
  }
}

/** Each action once, where it was named last. */
function keysOf(changes: readonly Change[]): readonly Key[] {
  const keys = new Map<string, Key>();
  for (const { kind, ids, createdAts } of changes) {
    if (kind !== "action") continue;
    for (const [index, id] of ids.entries()) {
      keys.delete(id);
      keys.set(id, { id, at: createdAts[index] ?? "" });
    }
  }
  return [...keys.values()];
}
