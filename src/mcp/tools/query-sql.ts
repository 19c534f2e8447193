import { listAnswer } from "../answer.js";
import { readArguments, ToolRefusal } from "../arguments.js";
import { MAX_CELL } from "../sql-reader.js";
import type { Tool, ToolContext } from "../tool.js";

const PARAMETERS = {
  sql: {
    type: "string",
    description:
      "One query of PostgreSQL (select or with), over the views and functions that describe lists.",
    required: true,
  },
  limit: { type: "integer", description: "Most rows.", minimum: 1, maximum: 1_000, default: 100 },
} as const;

export const NO_SQL =
  "SQL is not set up here: AGENT_ACTIONS_MCP_SQL_DATABASE_URL has to name a role that may read the views and nothing else (docs/mcp-server.md), and it is for who may see all projects. The other tools need nothing of it.";

export function sqlOf({ sql }: ToolContext) {
  if (sql === undefined) throw new ToolRefusal(NO_SQL);
  return sql;
}

export const querySql: Tool = {
  name: "query_sql",
  title: "Ask in SQL",
  description: `One read-only query over the views of agent_actions_v1 (describe lists them). Give a time range: tables may be large, and a query is ended after some seconds. Values above ${MAX_CELL} characters are cut.`,
  parameters: PARAMETERS,
  async call(given, context) {
    const { sql, limit } = readArguments(PARAMETERS, given);
    const { maxCharacters } = context;
    const { rows, hasMore } = await sqlOf(context).read(sql, { maxRows: limit, maxCharacters });
    return listAnswer(
      {
        head: { sql },
        name: "rows",
        rows,
        tail: (shown) => ({
          shown,
          ...((shown < rows.length || hasMore) && {
            left_out:
              "there are more rows: narrow the query, sum up, select fewer columns, or go on by order by and offset",
          }),
        }),
      },
      maxCharacters,
    );
  },
};
