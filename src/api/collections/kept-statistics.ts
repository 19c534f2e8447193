/** Measures of long time ranges from the statistics that are kept by hour and day, instead of from the rows. */
import { choice } from "../../config/option.js";
import type { Database } from "../database.js";
import { badParameter } from "../problem.js";
import { isoTime, timeColumn } from "../query/column.js";
import { conditions, type FilterTable } from "../query/filter.js";
import { type ParameterValues, singleValue } from "../query/parameter.js";
import type { SqlValues } from "../query/sql-values.js";
import type { TimeRange } from "../query/time-range.js";
import { ACTION_FILTERS } from "./action-filters.js";

/** From where measures are computed. */
export const COMPUTED_FROM = choice({
  of: ["auto", "rows", "statistics"],
  default: "auto",
  description:
    "Read the rows, or the statistics, which have all counts and durations (percentiles within 2 %), and neither runs nor first and last times. auto: the statistics for more than 48 hours, where dimensions and filters are theirs, and for more than 2 hours where fields names only what both have to the digit.",
});

/** What groups have in common, in terms of `agent_action_statistics`. */
export interface StatisticsGroups {
  /** SQL of each key over a row of the statistics, never null. */
  readonly keys: Readonly<Record<string, string>>;
  /** What the keys need of the columns of the statistics. */
  readonly needs: readonly Need[];
  /** Only these rows. */
  readonly only?: string;
  /** Widest bucket that lies in one group. @default "week" */
  readonly widest?: "hour" | "day";
  /** More columns of a group: SQL over its rows of the statistics. */
  readonly sums?: string;
  /** A column made of the different values in an array of each row. */
  readonly ofEach?: OfEach;
}

interface OfEach {
  readonly name: string;
  /** An array, or null: SQL over a row of the statistics. */
  readonly values: string;
  /** SQL over `given`, the values of a group in ascending order. */
  readonly column: string;
}

type Need = "tool" | "name" | "agent" | "environment" | "agent_version";

/** What a response says of figures that come from statistics. */
export interface Computed {
  /** Some process keeps them, or did. */
  readonly kept: boolean;
  readonly complete: boolean;
  readonly computedUntil: string | null;
}

/** Filters by their names: what they need. All of them are conditions on columns that rows and statistics both have. */
const FILTER_NEEDS: Readonly<Record<string, Need | undefined>> = {
  type: undefined,
  tool: "tool",
  name: "name",
  agent: "agent",
  environment: "environment",
  agent_version: "agent_version",
};

const KEPT_FILTERS: FilterTable = Object.fromEntries(
  Object.entries(ACTION_FILTERS).filter(([name]) => name in FILTER_NEEDS),
);

/** Measures of rows that statistics do not have. */
const ABSENT: ReadonlySet<unknown> = new Set(["runs", "last_activity_at"]);

/** Measures that are the same to the digit, wherever they are computed. */
const EXACT: ReadonlySet<string> = new Set([
  "actions",
  "failed_actions",
  "running_actions",
  "mean_ms",
  "max_ms",
  "total_ms",
]);

const HOUR_MILLIS = 3_600_000;
/** From then on the rows take too long, whatever is asked for. */
const LONG_MILLIS = 48 * HOUR_MILLIS;
/** Of less, the rows are read as fast. */
const SHORT_MILLIS = 2 * HOUR_MILLIS;

/**
 * How far the statistics have come, where they can answer and are wanted; `undefined` where the rows have to be read. Throws a `Problem` where
 * statistics are asked for that there are not.
 */
export async function usedStatistics(
  database: Pick<Database, "read">,
  values: ParameterValues,
  range: TimeRange,
  { filters, statistics }: { readonly filters: FilterTable; readonly statistics?: StatisticsGroups | "none" },
  isScoped: boolean,
): Promise<{ readonly groups: StatisticsGroups; readonly computed: Computed } | undefined> {
  const wanted = singleValue(values, "computed_from", COMPUTED_FROM);
  const millis = millisOf(range);
  const isLong = millis > LONG_MILLIS;
  if (wanted === "rows") return undefined;
  if (wanted === "auto" && !isLong && !(millis > SHORT_MILLIS && isExact(values))) return undefined;
  const sort = values.get("sort")?.[0];
  const others = [
    ...Object.keys(filters).filter((name) => values.has(name) && !(name in FILTER_NEEDS)),
    ...(ABSENT.has(sort) ? [String(sort)] : []),
  ];
  const groups = statistics === "none" || others.length > 0 || isScoped ? undefined : statistics;
  const computed = groups && (await readComputed(database, range, values));
  if (groups && computed?.kept && (wanted !== "auto" || isLong || computed.complete))
    return { groups, computed };
  if (wanted === "auto") return undefined;
  throw badParameter("computed_from", `cannot be statistics: ${reasonOf(statistics, others, isScoped)}`);
}

function reasonOf(
  statistics: StatisticsGroups | "none" | undefined,
  others: readonly string[],
  isScoped: boolean,
): string {
  if (isScoped) return "the token is for single projects";
  if (typeof statistics !== "object") return "they are not kept by one of these dimensions";
  return others.length > 0 ? `they are not kept by ${others.join(", ")}` : "no process keeps them";
}

const millisOf = ({ since, until }: TimeRange): number =>
  since === undefined
    ? Number.POSITIVE_INFINITY
    : (until === undefined ? Date.now() : Date.parse(until)) - Date.parse(since);

/** Whether only such measures are asked for. */
const isExact = (values: ParameterValues): boolean => {
  const fields = values.get("fields")?.[0] as readonly string[] | undefined;
  const sorts = values.get("sort") ?? [];
  return fields !== undefined && [...fields, ...sorts].every((name) => EXACT.has(String(name)));
};

/** The groups with their measures, under the names that measures of rows have. */
export function statisticsRows(
  groups: StatisticsGroups,
  values: ParameterValues,
  range: TimeRange,
  sql: SqlValues,
): string {
  const { keys, only = "true", widest = "week", sums, ofEach } = groups;
  const where = conditions(values, KEPT_FILTERS, { since: undefined, until: undefined }, sql);
  const [since, until] = [range.since ?? "-infinity", range.until ?? "infinity"].map(
    (time) => `${sql.add(time)}::timestamptz`,
  );
  const names = Object.keys(keys);
  const grouped = Object.entries(keys).map(([name, key]) => `${key} as ${name}`);
  const by = names.length === 0 ? "" : `group by ${names.join(", ")}`;
  const joined = (other: string) =>
    names.length === 0
      ? "on true"
      : `on ${names.map((name) => `${other}.${name} = summed.${name}`).join(" and ")}`;
  const others =
    ofEach === undefined
      ? ""
      : `, others as (
      select ${[...names, `${ofEach.column} as ${ofEach.name}`].join(", ")} from (
        select ${[...names, "array_agg(given order by given) as given"].join(", ")} from (
          select distinct ${[...grouped, "given"].join(", ")} from kept, unnest(${ofEach.values}) as given
        ) as different ${by}
      ) as collected
    )`;
  return `
    with parts as materialized (${partsOf(`agent_statistics_parts(${since}, ${until}, '${widest}')`)}),
    kept as materialized (
      select statistics.* from parts join agent_action_statistics as statistics
        on statistics.resolution = parts.resolution and bucket_start >= from_time and bucket_start < to_time
      where ${groupingOf(groups, values)} and ${only} and ${where}
      union all
      select counted.* from parts, lateral count_agent_actions('rows', from_time, to_time) as counted
      where parts.resolution = 'rows' and ${only} and ${where}
    ),
    summed as (
      select ${[
        ...grouped,
        `sum(actions)::bigint as actions, sum(failed)::bigint as failed_actions, sum(running)::bigint as running_actions,
        null::bigint as runs, round(sum(duration_sum_ms)::numeric / nullif(sum(duration_count), 0), 1) as mean_ms,
        max(duration_max_ms) as max_ms, case when sum(duration_count) > 0 then sum(duration_sum_ms) end as total_ms,
        null::timestamptz as first_started_at, null::timestamptz as last_started_at, null::timestamptz as last_activity_at`,
        "count(*) as parts, max(percentiles_ms) as percentiles_ms",
        ...(sums === undefined ? [] : [sums]),
      ].join(", ")}
      from kept ${by}
    ),
    filled as (
      select ${[...names, "bucket, sum(n)::bigint as n"].join(", ")}
      from (
        select ${[...grouped, "unnest(duration_buckets) as bucket, unnest(duration_bucket_counts) as n"].join(", ")} from kept
        ${names.length === 0 ? "" : `where (${Object.values(keys).join(", ")}) in (select ${names.join(", ")} from summed where ${HAS_MERGED})`}
      ) as histogram
      group by ${[...names, "bucket"].join(", ")}
    ),
    histograms as (
      select ${[...names, "agent_duration_quantiles(array_agg(bucket), array_agg(n), array[0.5, 0.95, 0.99]) as quantiles"].join(", ")}
      from filled ${by}
    )${others}
    select ${["summed.*", `(select array_agg(round(quantile)::bigint) from unnest(case when ${HAS_MERGED} then quantiles else percentiles_ms end) as quantile) as percentiles`, ...(ofEach === undefined ? [] : [`others.${ofEach.name}`])].join(", ")}
    from summed left join histograms ${joined("histograms")}
    ${ofEach === undefined ? "" : `left join others ${joined("others")}`}
    where actions > 0`;
}

/** Percentiles of one row are kept with it; those of several follow from their histograms. */
const HAS_MERGED = "(parts > 1 or percentiles_ms is null)";

/** Neighbours of one resolution as one part: thousands of hours would each be looked up, or searched for in all of them. */
const partsOf = (parts: string): string => `
  select resolution, min(from_time) as from_time, max(to_time) as to_time
  from (
    select *, sum(begins) over (partition by resolution order by from_time) as island
    from (
      select *, case when resolution <> 'rows' and lag(to_time) over (partition by resolution order by from_time) = from_time then 0 else 1 end as begins
      from ${parts}
    ) as marked
  ) as numbered
  group by resolution, island`;

/** Every action is in each grouping once: the one with the fewest rows that has what is needed. */
function groupingOf({ needs }: StatisticsGroups, values: ParameterValues): string {
  const ofFilters = Object.entries(FILTER_NEEDS).flatMap(([name, need]) =>
    need !== undefined && values.has(name) ? [need] : [],
  );
  const all = new Set<Need>([...needs, ...ofFilters]);
  if (all.size === 0) return "grouped_by = 'type'";
  if (all.size === 1 && all.has("agent")) return "grouped_by = 'agent'";
  if (all.size === 1 && all.has("tool"))
    return "(grouped_by = 'tool' or (grouped_by = 'type' and action_type <> 'tool_call'))";
  return "grouped_by = 'combination'";
}

/** How far the statistics of a range have come. Where a name is filtered by, the rarest groups are not found: they are counted together. */
async function readComputed(
  database: Pick<Database, "read">,
  { since = "-infinity", until = "infinity" }: TimeRange,
  values: ParameterValues,
): Promise<Computed> {
  const byName = Object.entries(FILTER_NEEDS).some(([name, need]) => need !== undefined && values.has(name));
  const [row] = await database.read<{ kept: boolean; complete: boolean; until: string | null }>(
    `select kept, complete and not ($3 and exists (
       select from agent_action_statistics
       where grouped_by = 'combination' and agent_name = '(other)' and bucket_start >= $1 and bucket_start < $2
     )) as complete, ${isoTime("computed_until")} as until
     from agent_statistics_progress($1, $2)`,
    [since, until, byName],
  );
  return { kept: row?.kept ?? false, complete: row?.complete ?? false, computedUntil: row?.until ?? null };
}

/** Members of a response beside the rows. */
export const COMPUTED_SCHEMA = {
  computed_from: {
    type: "string",
    enum: ["rows", "statistics"],
    description: "Where the figures come from.",
  },
  complete: {
    type: "boolean",
    description:
      "False: statistics are still being computed from the rows, or the filter is by a name so rare that it is counted with others.",
  },
  computed_until: timeColumn("", "Changes that were stored before then are counted; null for all.").schema,
} as const;
