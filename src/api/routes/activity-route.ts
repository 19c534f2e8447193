import { option } from "../../config/option.js";
import { correlationId } from "../../event/index.js";
import { scopeCondition } from "../collection.js";
import { ACTION_FILTERS, HAS_FAILED } from "../collections/action-filters.js";
import { badParameter } from "../problem.js";
import { isoTime } from "../query/column.js";
import { SqlValues } from "../query/sql-values.js";
import { jsonResponse } from "../respond.js";
import type { Route } from "../route.js";

/** Equal parts of the time of a run. */
const PARTS = 20;
const MAX_RUNS = 50;
/** More actions of a run are not read. They are read by the index of its id, in the order in which they were stored. */
const MAX_ACTIONS = 20_000;

const RUNS = option<readonly string[]>(
  { description: `Runs, with commas between them: at most ${MAX_RUNS} UUIDs or trace ids.`, unit: "list" },
  {
    expected: `1 to ${MAX_RUNS} UUIDs or trace ids with commas between them`,
    fromCode: () => undefined,
    fromText(given) {
      const runs = given.split(",").map((run) => run.trim());
      return runs.length <= MAX_RUNS && runs.every((run) => /^[0-9a-f-]{32,36}$/i.test(run))
        ? [...new Set(runs.map((run) => correlationId(run).uuid))]
        : undefined;
    },
  },
);

const COUNTS = { type: "array", items: { type: "integer" }, minItems: PARTS, maxItems: PARTS };

/** What a small picture of each run of a list needs, for all of them at once. */
export const ACTIVITY_ROUTE: Route = {
  method: "get",
  path: "/activity",
  id: "getActivity",
  summary: `How many actions of each run began in each of ${PARTS} equal parts of its time.`,
  scope: "read",
  parameters: { runs: { option: RUNS } },
  response: {
    description: "One member of `data` for each run that has actions, in no order.",
    schema: {
      type: "object",
      required: ["data"],
      properties: {
        data: {
          type: "array",
          items: {
            type: "object",
            required: ["correlation_id", "first_started_at", "last_started_at", "actions", "failed", "whole"],
            properties: {
              correlation_id: { type: "string", format: "uuid", description: "The run." },
              first_started_at: {
                type: "string",
                format: "date-time",
                description: "Where the parts begin.",
              },
              last_started_at: { type: "string", format: "date-time", description: "Where they end." },
              actions: { ...COUNTS, description: "Actions that began in each part." },
              failed: { ...COUNTS, description: "Of these, those that failed." },
              whole: {
                type: "boolean",
                description: `False: the run has more than ${MAX_ACTIONS} actions, and these are the first that were stored.`,
              },
            },
          },
        },
      },
    },
  },
  async handle({ values, caller }, { database }) {
    const runs = values.get("runs")?.[0] as readonly string[] | undefined;
    if (runs === undefined) throw badParameter("runs", `has to be ${RUNS.expected}`);
    const sql = new SqlValues();
    const scope = scopeCondition(ACTION_FILTERS, caller, sql);
    const rows = await database.read<{ json: string }>(
      `with acting as materialized (
         select run.id as run, begun.created_at, begun.failed
         from unnest(${sql.add(runs)}::uuid[]) as run (id)
         cross join lateral (
           select created_at, ${HAS_FAILED} as failed from agent_actions
           where correlation_id = run.id${scope} limit ${MAX_ACTIONS + 1}
         ) as begun
       ),
       spans as (
         select run, min(created_at) as first, max(created_at) as last, count(*) <= ${MAX_ACTIONS} as whole,
           extract(epoch from max(created_at) - min(created_at)) as seconds
         from acting group by run
       ),
       parts as (
         select run, case when seconds = 0 then 0 else
             least(${PARTS - 1}, floor(extract(epoch from created_at - first) / seconds * ${PARTS}))::int
           end as part, count(*) as actions, count(*) filter (where failed) as failed
         from acting join spans using (run) group by 1, 2
       )
       select json_build_object('correlation_id', run,
         'first_started_at', ${isoTime("first")}, 'last_started_at', ${isoTime("last")},
         'actions', counts.actions, 'failed', counts.failed, 'whole', whole)::text as json
       from spans cross join lateral (
         select array_agg(coalesce(parts.actions, 0) order by place.part) as actions,
           array_agg(coalesce(parts.failed, 0) order by place.part) as failed
         from generate_series(0, ${PARTS - 1}) as place (part)
         left join parts on parts.run = spans.run and parts.part = place.part
       ) as counts`,
      sql.list,
    );
    return jsonResponse(`{"data":[${rows.map(({ json }) => json).join()}]}`);
  },
};
