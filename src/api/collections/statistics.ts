import { list } from "../../config/option.js";
import { type Collection, collectionParameters, type OrderKey } from "../collection.js";
import { type Column, type ColumnTable, textColumn, timeColumn } from "../query/column.js";
import type { ParameterTable } from "../query/parameter.js";
import { ACTION_FILTERS } from "./action-filters.js";
import type { StatisticsGroups } from "./kept-statistics.js";
import { MEASURE_COLUMNS, MEASURES } from "./measures.js";

interface Dimension {
  /** SQL over `agent_actions`; a text, or a time. */
  readonly sql: string;
  readonly isTime?: boolean;
  /** The same over `agent_action_statistics`, and what it needs of it; `undefined` where they do not say it. */
  readonly kept?: { readonly sql: string; readonly needs?: StatisticsGroups["needs"][number] };
  readonly description: string;
}

const bucket = (unit: string, isKept = true): Dimension => ({
  sql: `date_trunc('${unit}', created_at, 'UTC')`,
  isTime: true,
  ...(isKept && { kept: { sql: `date_trunc('${unit}', bucket_start, 'UTC')` } }),
  description: `When the ${unit} begins in which the actions did, in UTC.`,
});

/** Lower bounds of durations, in milliseconds: two a decade, up to a quarter of an hour and more. */
const DURATION_STEPS = "array[0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000, 300000, 1000000]";

const TOOL = "case when action_type = 'tool_call' then action_name end";

/** What statistics can be grouped by. */
export const DIMENSIONS: Readonly<Record<string, Dimension>> = {
  agent: {
    sql: "agent_name",
    kept: { sql: "agent_name", needs: "agent" },
    description: "Name of the agent.",
  },
  agent_version: {
    sql: "agent_version",
    kept: { sql: "agent_version", needs: "agent_version" },
    description: "Version of the agent.",
  },
  type: { sql: "action_type", kept: { sql: "action_type" }, description: "Type of action." },
  name: {
    sql: "action_name",
    kept: { sql: "action_name", needs: "name" },
    description: "Name of the action.",
  },
  tool: {
    sql: TOOL,
    kept: { sql: TOOL, needs: "tool" },
    description: "Tool; null for what is no tool call.",
  },
  state: { sql: "state", description: "running, abandoned or ended." },
  status: { sql: "status", description: "What the producer says of it." },
  project: {
    sql: "coalesce(project_name, project_path)",
    description: "Name of the project, or its folder.",
  },
  session: { sql: "session_id", description: "Conversation, session or thread." },
  run: { sql: "correlation_id::text", description: "Correlation id of the run." },
  source: { sql: "source", description: "Dialect of the span." },
  service: { sql: "service_name", description: "service.name of OpenTelemetry." },
  environment: {
    sql: "environment",
    kept: { sql: "environment", needs: "environment" },
    description: "deployment.environment.name of OpenTelemetry.",
  },
  user: { sql: "user_id", description: "Person or account." },
  error_type: { sql: "error_type", description: "error.type of OpenTelemetry." },
  error_group: { sql: "error_group", description: "Errors that differ in what varies only." },
  duration: {
    sql: `(${DURATION_STEPS})[width_bucket(duration_ms, ${DURATION_STEPS})]::text`,
    description:
      "Milliseconds that it took at least: 0, 1, 3, 10, 30 and so on; null where that is not known.",
  },
  minute: bucket("minute", false),
  hour: bucket("hour"),
  day: bucket("day"),
};

const MAX_DIMENSIONS = 3;
const names = Object.keys(DIMENSIONS);

export const GROUP_BY = list({
  expected: `up to ${MAX_DIMENSIONS} different ones of ${names.join(", ")}, with commas between them`,
  accepts: (given) =>
    given.length <= MAX_DIMENSIONS &&
    new Set(given).size === given.length &&
    given.every((name) => Object.hasOwn(DIMENSIONS, name)),
  default: ["tool"],
  defaultText: "tool",
  description:
    "What the actions are grouped by, with commas between: times first come by time, all else by count.",
});

const columnOf = ({ isTime, description }: Dimension, name: string): Column =>
  isTime
    ? timeColumn(`rows.by_${name}`, description)
    : textColumn(`nullif(rows.by_${name}, '')`, description);

/** All that a row may have; which dimensions, `group_by` says. */
export const STATISTICS_COLUMNS: ColumnTable = {
  ...Object.fromEntries(
    Object.entries(DIMENSIONS).map(([name, dimension]) => [name, columnOf(dimension, name)]),
  ),
  ...MEASURE_COLUMNS,
};

/** The list of groups. Without any dimension, it has one row. */
export function statisticsBy(dimensions: readonly string[]): Collection {
  const chosen = dimensions.map((name) => [name, DIMENSIONS[name] as Dimension] as const);
  const selected = chosen.map(
    ([name, { sql, isTime }]) => `${isTime ? sql : `coalesce(${sql}, '')`} as by_${name}`,
  );
  const keys = chosen.map(
    ([name, { isTime }]): OrderKey => ({
      column: `by_${name}`,
      type: isTime ? "timestamptz" : "text",
      ...(isTime && { descending: true }),
    }),
  );
  const count: OrderKey = { column: "actions", type: "bigint", descending: true };
  const times = keys.filter(({ type }) => type === "timestamptz");
  const others = keys.filter(({ type }) => type === "text");
  return {
    rows: (where) => `
      select ${selected.join(", ")}, ${MEASURES} from agent_actions where ${where}
      group by ${chosen.map((_, place) => place + 1).join(", ")}`,
    always: Object.fromEntries(chosen.map(([name, dimension]) => [name, columnOf(dimension, name)])),
    columns: MEASURE_COLUMNS,
    statistics: chosen.every(([, { kept }]) => kept !== undefined) ? keptBy(chosen) : "none",
    filters: ACTION_FILTERS,
    order: [...times, count, ...others],
  };
}

function keptBy(chosen: readonly (readonly [string, Dimension])[]): StatisticsGroups {
  return {
    keys: Object.fromEntries(
      chosen.map(([name, { kept, isTime }]) => [
        `by_${name}`,
        isTime ? (kept?.sql ?? "") : `coalesce(${kept?.sql}, '')`,
      ]),
    ),
    needs: chosen.flatMap(([, { kept }]) => kept?.needs ?? []),
    ...widestIn(chosen.map(([name]) => name)),
  };
}

function widestIn(names: readonly string[]): Pick<StatisticsGroups, "widest"> {
  if (names.includes("hour")) return { widest: "hour" };
  return names.includes("day") ? { widest: "day" } : {};
}

export const STATISTICS_PARAMETERS: ParameterTable = {
  group_by: { option: GROUP_BY },
  ...collectionParameters(statisticsBy(GROUP_BY.default)),
};
