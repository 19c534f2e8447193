/**
 * What a newer mapping of spans would change in the rows that an older one wrote, before anything is written: by the same statement as
 * the upsert's, so that what is told is what happens.
 */
import type pg from "pg";
import { inTransaction } from "./on-connection.js";
import { runStatement } from "./run-statement.js";
import { type StorableEvent, StoredEvent } from "./stored-event.js";
import { ACTION_COLUMNS, mergedRow } from "./tables/action-upsert.js";
import { parametersOf, selectRows, statement } from "./tables/table.js";

export interface Corrections {
  /** Events that have a row. */
  readonly found: number;
  /** Rows that would have other values. */
  readonly corrected: number;
  /** How many rows would have another value of a field, by `column` or `action_details.member`. */
  readonly fields: Readonly<Record<string, number>>;
}

/** What says who wrote a row, and where its record is; that changes with every correction. */
const OF_THE_RECORD = [
  "producer",
  "producer_epoch",
  "producer_sequence",
  "kafka_topic",
  "kafka_partition",
  "kafka_offset",
  "merged_at",
  "field_origins",
];

const members = (row: string): string => `
  select key, value from jsonb_each(${row}) where key <> 'action_details' and key <> all ($${ACTION_COLUMNS.length + 1}::text[])
  union all select 'action_details.' || key, value from jsonb_each(coalesce(nullif(${row} -> 'action_details', 'null'), '{}'))`;

const CORRECTIONS = statement(
  "corrections",
  `with arrived as (${selectRows(ACTION_COLUMNS)}),
    pairs as (
      select row_number() over () as nth, to_jsonb(action) as stored, ${mergedRow("arrived")} as merged
      from arrived join agent_actions action using (id, created_at)
    ),
    changes as (
      select nth, key
      from pairs, lateral (
        (select key, value from (${members("coalesce(merged, stored)")}) as after)
        except (select key, value from (${members("stored")}) as before)
      ) as changed
    )
  select (select count(*)::int from pairs) as found, (select count(distinct nth)::int from changes) as corrected,
    coalesce((select jsonb_object_agg(key, rows) from (select key, count(*) as rows from changes group by key) as by_field), '{}') as fields`,
);

/** @throws what Postgres says */
export function countCorrections(pool: pg.Pool, events: readonly StorableEvent[]): Promise<Corrections> {
  const rows = events.map((event) => new StoredEvent(event)).filter(({ kind }) => kind === "action");
  const parameters = [...parametersOf(ACTION_COLUMNS, rows), `{${OF_THE_RECORD.join(",")}}`];
  return inTransaction(pool, async (client) => {
    const result = await runStatement<Corrections & pg.QueryResultRow>(pool, client, CORRECTIONS, parameters);
    const [{ found, corrected, fields } = { found: 0, corrected: 0, fields: {} }] = result.rows;
    return { found, corrected, fields };
  });
}
