import type pg from "pg";
import { ACTION_LIST_COLUMNS, SHORT_DETAILS_JOIN } from "../collections/actions.js";
import { SqlValues } from "../query/sql-values.js";
import { isNarrow, type KnownWhereabouts, type Reach, type Whereabouts } from "./row-whereabouts.js";

/** What a reader wants of the actions that changed. */
export interface StreamFilter {
  /** The same for readers that want the same. */
  readonly key: string;
  /** What it may see, and what of that it asks for by project and run; the condition says so too. */
  readonly reach: readonly Reach[];
  /** SQL on a row of agent_actions. */
  condition(sql: SqlValues): string;
}

export interface ChangedAction {
  readonly id: string;
  /** As lists of the API show it; `undefined`: there is no such row any more. */
  readonly json: string | undefined;
  /** It was written before: a reader may have it. */
  readonly wasThere: boolean;
  /** Where it belongs, and where it belonged when it was read before; empty where neither is known. */
  readonly belonged: readonly Whereabouts[];
  /** For each filter, whether it fits. */
  readonly fits: readonly boolean[];
}

export interface ChangedKey {
  readonly id: string;
  readonly createdAt: string;
}

/**
 * Reads actions as they stand now, each once, and tells for every filter whether it fits: one statement for all readers.
 *
 * @param known where actions belonged; what is read is noted there, while some reader sees a part only
 */
export async function readChanged(
  client: pg.PoolClient,
  keys: readonly ChangedKey[],
  filters: readonly StreamFilter[],
  known: KnownWhereabouts,
): Promise<readonly ChangedAction[]> {
  const sql = new SqlValues();
  const ids = sql.add(keys.map(({ id }) => id));
  const times = sql.add(keys.map(({ createdAt }) => createdAt));
  const fits = filters.map(({ condition }) => `(${condition(sql)})`);
  const columns = Object.entries(ACTION_LIST_COLUMNS).map(
    ([name, column]) => `${column.sql} as ${JSON.stringify(name)}`,
  );
  const { rows } = await client.query<ChangedRow>(
    `select rows.id::text as id, rows.merged_at is not null as "wasThere", rows.fits, row_to_json(shown)::text as json,
       rows.correlation_id::text as run, rows.project_name as project, rows.project_path as "projectPath"
     from (select distinct on (id) id, created_at, place
           from unnest(${ids}::uuid[], ${times}::timestamptz[]) with ordinality as named (id, created_at, place)
           order by id, place desc) as wanted
     cross join lateral (
       select agent_actions.*, array[${fits.join(", ")}]::boolean[] as fits from agent_actions
       where agent_actions.id = wanted.id and agent_actions.created_at = wanted.created_at
     ) as rows
     ${SHORT_DETAILS_JOIN},
     lateral (select ${columns.join(", ")}) as shown
     order by wanted.place`,
    sql.list,
  );
  const isNoted = filters.some(({ reach }) => reach.some(isNarrow));
  if (!isNoted) known.clear();
  const found = rows.map(
    ({ id, json, wasThere, fits: fitting, run, project, projectPath }): ChangedAction => {
      const before = known.get(id);
      const now: Whereabouts = { run, project, projectPath };
      if (isNoted) known.set(id, now);
      return { id, json, wasThere, fits: fitting, belonged: before === undefined ? [now] : [now, before] };
    },
  );
  const standing = new Set(found.map(({ id }) => id));
  const gone = [...new Set(keys.map(({ id }) => id))].filter((id) => !standing.has(id));
  return [
    ...found,
    ...gone.map((id): ChangedAction => {
      const before = known.get(id);
      const belonged = before === undefined ? [] : [before];
      return { id, json: undefined, wasThere: true, fits: filters.map(() => false), belonged };
    }),
  ];
}

interface ChangedRow extends Whereabouts {
  readonly id: string;
  readonly wasThere: boolean;
  readonly fits: readonly boolean[];
  readonly json: string;
}
