import { text } from "../../config/option.js";
import { parseUuid } from "../../event/index.js";
import { fieldsParameter, scopeCondition, selected } from "../collection.js";
import { ACTION_FILTERS, runFilter } from "../collections/action-filters.js";
import { ACTION_COLUMNS, ACTION_COLUMNS_ON_REQUEST } from "../collections/actions.js";
import { RUN_SUMMARY } from "../collections/run-summary.js";
import { RUN_COLUMNS } from "../collections/runs.js";
import { badParameter, Problem } from "../problem.js";
import { rowSchema } from "../query/column.js";
import { applied } from "../query/filter.js";
import { SqlValues } from "../query/sql-values.js";
import { jsonResponse } from "../respond.js";
import type { Route } from "../route.js";
import { runId, unknownRun } from "./run-id.js";

const ACTION_FIELDS = { ...ACTION_COLUMNS, ...ACTION_COLUMNS_ON_REQUEST };

export const ACTION_ROUTE: Route = {
  method: "get",
  path: "/actions/{id}",
  id: "getAction",
  summary: "One action, whole.",
  scope: "read",
  isShared: true,
  pathParameters: { id: "Id of the action." },
  parameters: {
    run: {
      option: text({
        description:
          "The run that it is of, where several have an action of this id: as in the path of a run.",
      }),
    },
    ...fieldsParameter(ACTION_FIELDS),
  },
  response: { description: "The action, with its details as recorded.", schema: rowSchema(ACTION_COLUMNS) },
  async handle({ path, values, caller }, { database }) {
    const id = parseUuid(path.id ?? "");
    if (id === undefined) throw badParameter("id", "has to be a UUID");
    const sql = new SqlValues();
    const place = sql.add(id);
    const run = values.get("run");
    const ofRun = run === undefined ? "" : ` and ${applied(runFilter, run, sql)}`;
    const rows = await database.read<{ json: string }>(
      `select row_to_json(shown)::text as json
       from (select * from agent_actions where id = ${place}::uuid${ofRun}${scopeCondition(ACTION_FILTERS, caller, sql)}
             order by created_at limit 1) as rows,
       lateral (select ${selected(values.has("fields") ? ACTION_FIELDS : ACTION_COLUMNS, values)}) as shown`,
      sql.list,
    );
    if (rows[0] === undefined)
      throw new Problem(
        404,
        `There is no action ${id}${run === undefined ? "" : " in this run"}. The row of an action comes when its event does; GET /api/v1/actions lists those that are there.`,
      );
    return jsonResponse(rows[0].json);
  },
};

export const RUN_ROUTE: Route = {
  method: "get",
  path: "/runs/{run}",
  id: "getRun",
  summary: "One run in figures.",
  scope: "read",
  isShared: true,
  pathParameters: { run: "Correlation id of the run: a UUID, a trace id, or its producer's text." },
  parameters: fieldsParameter(RUN_COLUMNS),
  response: { description: "The run.", schema: rowSchema(RUN_COLUMNS) },
  async handle({ path, values, caller }, { database }) {
    const run = runId(path);
    const sql = new SqlValues();
    const place = sql.add(run);
    const rows = await database.read<{ json: string }>(
      `select row_to_json(shown)::text as json
       from (select ${place}::uuid as correlation_id) as rows
       ${RUN_SUMMARY(scopeCondition(ACTION_FILTERS, caller, sql))},
       lateral (select ${selected(RUN_COLUMNS, values)}) as shown
       where run.actions > 0`,
      sql.list,
    );
    if (rows[0] === undefined) throw unknownRun(path);
    return jsonResponse(rows[0].json);
  },
};
