/** What a report says, by the requests of the API. */
import type { JsonObject } from "../event/json.js";

/** Reads lists of the API, page by page, at most `limit` rows together. Each row is the text of a JSON object. */
export interface ListReader {
  pages(
    path: string,
    query: URLSearchParams,
    limit: number,
  ): AsyncIterable<{
    readonly rows: readonly string[];
    readonly hasMore: boolean;
    /** False: statistics that it comes from are still being computed. */
    readonly isComplete: boolean;
  }>;
}

/** Times are ISO 8601, in UTC. */
export interface ReportRange {
  readonly since: string;
  readonly until: string;
  readonly agents: readonly string[];
  readonly projects: readonly string[];
}

/** As `report --json` prints it: the columns of rows are those of the HTTP API. */
export interface Report {
  readonly since: string;
  readonly until: string;
  /** False: something had more rows than are read, or statistics are still being computed, so counts are too low. */
  readonly is_complete: boolean;
  readonly runs: {
    readonly total: number;
    readonly with_failures: number;
    readonly abandoned: number;
    readonly running: number;
  };
  readonly actions: { readonly total: number; readonly failed: number; readonly tool_calls: number };
  /** How many different ones, and the most frequent of them. */
  readonly errors: { readonly total: number; readonly most_frequent: readonly JsonObject[] };
  /** Notices of errors that an agent never had. */
  readonly new_errors: readonly JsonObject[];
  readonly notices: {
    readonly total: number;
    readonly by_kind: readonly { readonly rule: string; readonly kind: string; readonly notices: number }[];
    /** Open now, whenever they were opened. */
    readonly open: readonly JsonObject[];
  };
  /** What loops that were noticed have cost since each began. */
  readonly loops: {
    readonly total: number;
    readonly calls: number;
    readonly seconds: number;
    readonly tokens: number;
  };
  readonly slowest_tools: readonly JsonObject[];
  /** Whose records have not arrived, or were given up; of single agents, that is not known. */
  readonly producers_with_gaps: readonly JsonObject[] | null;
}

const MOST = { runs: 100_000, groups: 10_000, open: 1_000 };
const SHOWN = 5;

export async function readReport(client: ListReader, range: ReportRange): Promise<Report> {
  const { since, until, agents } = range;
  let isComplete = true;
  const rows = async (path: string, given: Readonly<Record<string, string>>, most: number, isTop = false) => {
    const query = new URLSearchParams(given);
    if (!("last" in given))
      for (const [name, value] of Object.entries({ since, until })) query.set(name, value);
    for (const project of range.projects) query.append("project", project);
    if (path !== "/producers") for (const agent of agents) query.append("agent", agent);
    const all: JsonObject[] = [];
    let more = false;
    for await (const page of client.pages(path, query, most)) {
      all.push(...page.rows.map((row) => JSON.parse(row) as JsonObject));
      more = page.hasMore;
      isComplete &&= page.isComplete;
    }
    if (more && !isTop) isComplete = false;
    return all;
  };

  const runs = await rows("/runs", { fields: "state,failed_actions" }, MOST.runs);
  const byAgent = await rows("/agents", { fields: "actions,failed_actions,tool_calls" }, MOST.groups);
  const errors = await rows("/errors", { fields: ERROR_FIELDS }, MOST.groups);
  const notices = await rows("/notices", { muted: "false", fields: NOTICE_FIELDS }, MOST.groups);
  const open = await rows(
    "/notices",
    { muted: "false", state: "open", last: "all", fields: NOTICE_FIELDS },
    MOST.open,
  );
  const slowest = await rows("/tools", { sort: "p95_ms", fields: TOOL_FIELDS }, SHOWN, true);
  const producers =
    agents.length > 0 ? null : await rows("/producers", { fields: PRODUCER_FIELDS }, MOST.groups);

  const loops = notices.filter(({ rule }) => rule === "loop");
  const inState = (state: string): number => runs.filter((run) => run.state === state).length;
  return {
    since,
    until,
    is_complete: isComplete,
    runs: {
      total: runs.length,
      with_failures: runs.filter((run) => numberOf(run.failed_actions) > 0).length,
      abandoned: inState("abandoned"),
      running: inState("running"),
    },
    actions: {
      total: sum(byAgent, "actions"),
      failed: sum(byAgent, "failed_actions"),
      tool_calls: sum(byAgent, "tool_calls"),
    },
    errors: { total: errors.length, most_frequent: errors.slice(0, SHOWN) },
    new_errors: notices.filter(({ kind }) => kind === "new_error_group"),
    notices: { total: notices.length, by_kind: countKinds(notices), open },
    loops: {
      total: loops.length,
      calls: sum(loops, "calls"),
      seconds: Math.round(sum(loops, "seconds") * 1_000) / 1_000,
      tokens: sum(loops, "tokens"),
    },
    slowest_tools: slowest,
    producers_with_gaps:
      producers?.filter(({ missing, given_up }) => numberOf(missing) + numberOf(given_up) > 0) ?? null,
  };
}

const ERROR_FIELDS = "error_group,message,actions,runs,agents,action_names";
const NOTICE_FIELDS = "id,rule,kind,severity,state,title,agent_name,opened_at,calls,seconds,tokens";
const TOOL_FIELDS = "tool_name,actions,failed_actions,p50_ms,p95_ms,max_ms";
const PRODUCER_FIELDS = "producer_epoch,service_name,host_name,status,missing,given_up";

const numberOf = (value: unknown): number => (typeof value === "number" ? value : 0);

const sum = (rows: readonly JsonObject[], column: string): number =>
  rows.reduce((total, row) => total + numberOf(row[column]), 0);

function countKinds(notices: readonly JsonObject[]): Report["notices"]["by_kind"] {
  const counts = new Map<string, { rule: string; kind: string; notices: number }>();
  for (const { rule, kind } of notices) {
    const key = `${rule} ${kind}`;
    const counted = counts.get(key) ?? { rule: String(rule), kind: String(kind), notices: 0 };
    counted.notices += 1;
    counts.set(key, counted);
  }
  return [...counts.values()].sort((a, b) => b.notices - a.notices || (a.rule < b.rule ? -1 : 1));
}
