import type { Pool } from "pg";
import { latestChangeCursor, readChanges } from "../../store/change-feed.js";
import { ACTION_COLUMNS, type ActionRow } from "../../store/queries/action-row.js";
import type { FeedStart, RowKey, TailReader } from "./tail-feed.js";

export interface TailFilter {
  /** Name or folder of the project. */
  readonly project?: string | undefined;
  readonly agent?: string | undefined;
  readonly type?: string | undefined;
}

const PAGE_ROWS = 200;
/** Statements whose rows are read at a time. */
const MAX_CHANGES = 50;

const FILTER = `
  ($1::text is null or project_name = $1 or project_path = $1)
  and ($2::text is null or agent_name = $2)
  and ($3::text is null or action_type = $3)`;

/** A row with its place in the order, in microseconds, which a Date would round. */
interface PlacedRow extends ActionRow {
  readonly place: string;
}

export function createTailReader(pool: Pool, filter: TailFilter): TailReader {
  const filters = [filter.project ?? null, filter.agent ?? null, filter.type ?? null];

  async function* pages({ since }: FeedStart): AsyncIterable<ActionRow> {
    let after: readonly [string, string] = ["-infinity", "00000000-0000-0000-0000-000000000000"];
    for (;;) {
      const { rows } = await pool.query<PlacedRow>(
        `select ${ACTION_COLUMNS}, created_at::text as place
         from agent_actions
         where ${FILTER} and (created_at, id) > ($4::timestamptz, $5::uuid) and created_at >= $6::timestamptz
         order by created_at, id
         limit ${PAGE_ROWS}`,
        [...filters, ...after, since ?? "-infinity"],
      );
      for (const { place: _, ...row } of rows) yield row;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE_ROWS) return;
      after = [last.place, last.id];
    }
  }

  async function* latestRows(count: number, since: Date | undefined): AsyncIterable<ActionRow> {
    const { rows } = await pool.query<ActionRow>(
      `select ${ACTION_COLUMNS} from agent_actions
       where ${FILTER} and created_at >= $5::timestamptz
       order by created_at desc, id desc
       limit $4`,
      [...filters, count, since ?? "-infinity"],
    );
    yield* rows.reverse();
  }

  const arraysOf = (keys: readonly RowKey[]) => [
    keys.map(({ id }) => id),
    keys.map(({ createdAt }) => createdAt),
  ];
  return {
    latestCursor: () => latestChangeCursor(pool),
    readChanges: (cursor) => readChanges(pool, cursor, MAX_CHANGES),
    there: (from) => (from.latest === undefined ? pages(from) : latestRows(from.latest, from.since)),
    async rows(keys) {
      const { rows } = await pool.query<ActionRow>(
        `select found.* from unnest($4::uuid[], $5::timestamptz[]) with ordinality as named (id, created_at, place)
         cross join lateral (
           select ${ACTION_COLUMNS} from agent_actions
           where agent_actions.id = named.id and agent_actions.created_at = named.created_at and ${FILTER}
         ) as found
         order by named.place`,
        [...filters, ...arraysOf(keys)],
      );
      return rows;
    },
    async removed(keys) {
      const { rows } = await pool.query<{ id: string }>(
        `select named.id::text as id from unnest($1::uuid[], $2::timestamptz[]) as named (id, created_at)
         where not exists (
           select from agent_actions where agent_actions.id = named.id and agent_actions.created_at = named.created_at)`,
        arraysOf(keys),
      );
      return rows.map(({ id }) => id);
    },
  };
}
