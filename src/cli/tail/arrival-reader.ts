import type { Pool } from "pg";
import { ACTION_COLUMNS, type ActionRow } from "../../store/queries/action-row.js";
import type { ArrivalReader } from "./arrival-feed.js";

export interface TailFilter {
  /** Name or folder of the project. */
  readonly project?: string | undefined;
  readonly agent?: string | undefined;
  readonly type?: string | undefined;
}

/** Details can be near a megabyte each, so a page is small. */
const PAGE_ROWS = 200;

const FILTER = `
  ($1::text is null or project_name = $1 or project_path = $1)
  and ($2::text is null or agent_name = $2)
  and ($3::text is null or action_type = $3)`;

/** A row with its place in the order, in microseconds, which a Date would round. */
interface PlacedRow extends ActionRow {
  readonly place: string;
}

export function createArrivalReader(pool: Pool, filter: TailFilter): ArrivalReader {
  const filters = [filter.project ?? null, filter.agent ?? null, filter.type ?? null];

  /** Goes through the rows page by page. A row that arrives behind the page meanwhile is found by the next look. */
  async function* pages(condition: string, values: readonly unknown[]): AsyncIterable<ActionRow> {
    let after: readonly [string, string] = ["-infinity", "00000000-0000-0000-0000-000000000000"];
    for (;;) {
      const { rows } = await pool.query<PlacedRow>(
        `select ${ACTION_COLUMNS}, created_at::text as place
         from agent_actions
         where ${FILTER} and (created_at, id) > ($4::timestamptz, $5::uuid) and ${condition}
         order by created_at, id
         limit ${PAGE_ROWS}`,
        [...filters, ...after, ...values],
      );
      for (const { place: _, ...row } of rows) yield row;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE_ROWS) return;
      after = [last.place, last.id];
    }
  }

  return {
    async horizon() {
      const { rows } = await pool.query<{ horizon: string }>(
        "select pg_snapshot_xmin(pg_current_snapshot())::xid::text as horizon",
      );
      const [row] = rows;
      if (row === undefined) throw new Error("Postgres returned no row.");
      return row.horizon;
    },
    there: ({ since, latest }) =>
      latest === undefined
        ? pages("created_at >= $6::timestamptz", [since ?? "-infinity"])
        : latestRows(pool, filters, latest, since),
    // Transaction numbers go round after four thousand million; age() counts from the present and so compares rightly.
    writtenSince: (horizon, time) =>
      pages("created_at >= $6::timestamptz and age(xmin) <= age($7::text::xid)", [time, horizon]),
  };
}

async function* latestRows(
  pool: Pool,
  filters: readonly unknown[],
  count: number,
  since: Date | undefined,
): AsyncIterable<ActionRow> {
  const { rows } = await pool.query<ActionRow>(
    `select ${ACTION_COLUMNS} from agent_actions
     where ${FILTER} and created_at >= $5::timestamptz
     order by created_at desc, id desc
     limit $4`,
    [...filters, count, since ?? "-infinity"],
  );
  yield* rows.reverse();
}
