/** Tools that have become slower, or fail more, for an agent, from some hour on. */
import { setImmediate } from "node:timers/promises";
import type pg from "pg";
import type { Hour } from "../../analysis/series/anomalies.js";
import { medianOf } from "../../analysis/series/distributions.js";
import { asExpected, expectationOf, readExpectedChanges } from "../expected-changes.js";
import type { Notice } from "../notice.js";
import { found, type PeriodicRule, type RuleInput, short } from "./periodic-rule.js";
import { HOUR_MILLIS, hoursOf, lastCompleteHour, type ToolSeries, toolSeries } from "./read-hours.js";
import {
  countsByVersion,
  type Metric,
  newVersionsOf,
  shiftWithin,
  type VersionCounts,
} from "./regression-mix.js";
import {
  EARLIER_DAYS,
  figuresOf,
  firstWorsening,
  type KnownSeries,
  looksShifted,
  METRICS,
  REGRESSION_DAYS,
  type Worsening,
} from "./worsening.js";

/** Looks between two turns of the event loop: some milliseconds. */
const LOOKS_A_TURN = 20;

interface Regression extends Worsening {
  readonly agent: string;
  readonly tool: string;
  readonly first: { readonly run: string; readonly action: string } | undefined;
  readonly within: number | undefined;
  readonly versions: readonly VersionCounts[];
  /** Those that began with the change. */
  readonly newVersions: readonly string[];
}

/** Looked at once an hour. */
export function createRegressionRule(): PeriodicRule {
  let looked: { readonly hour: number; readonly regressions: readonly Regression[] } | undefined;
  return {
    rule: "regression",
    every: 60_000,
    async find(client, input) {
      const hour = lastCompleteHour(input.now);
      if (looked?.hour !== hour)
        looked = { hour, regressions: await regressionsOf(client, hour, input, looked?.regressions ?? []) };
      if (looked.regressions.length === 0) return [];
      // Marks may come after the look.
      const expected = await readExpectedChanges(client);
      return looked.regressions.map((regression) =>
        asExpected(
          noticeOf(regression, input.now),
          expectationOf(
            { ...regression, kind: kindOf(regression.metric), versions: regression.newVersions },
            expected,
          ),
        ),
      );
    },
  };
}

async function regressionsOf(
  client: pg.ClientBase,
  hour: number,
  input: RuleInput,
  before: readonly Regression[],
): Promise<readonly Regression[]> {
  const regressions: Regression[] = [];
  const goingOn = new Set(before.map(keyOf));
  // Statements of one connection take turns: series are read to the end first.
  const all: ToolSeries[] = [];
  // A tool that is not called in an hour has not become faster in it.
  const activeFrom = hour - 23 * HOUR_MILLIS;
  for await (const series of toolSeries(client, hour, { minCalls: 20, days: REGRESSION_DAYS, activeFrom }))
    all.push(series);
  const isGoingOn = ({ agent, tool }: ToolSeries, metrics: readonly Metric[]): boolean =>
    metrics.some((metric) => goingOn.has(keyOf({ metric, agent, tool })));
  const shifted: ToolSeries[] = [];
  for (const [index, series] of all.entries()) {
    if (METRICS.some((metrics) => isGoingOn(series, metrics) || looksShifted(series.hours, metrics)))
      shifted.push(series);
    if (index % LOOKS_A_TURN === 0) await setImmediate();
  }
  const byKey = new Map(shifted.map((series) => [JSON.stringify([series.agent, series.tool]), series]));
  for await (const { agent, tool, hours: withEarlier } of hoursOf(client, shifted, hour, EARLIER_DAYS)) {
    const series = byKey.get(JSON.stringify([agent, tool]));
    for (const metrics of series ? METRICS : []) {
      const known = { ...(series as ToolSeries), withEarlier: () => withEarlier };
      const regression = await regressionOf(client, known, metrics, input, isGoingOn(known, metrics));
      if (regression) regressions.push(regression);
      // Computing is no idling: the transaction would be ended for that.
      await client.query("select");
    }
  }
  return regressions;
}

const keyOf = ({ metric, agent, tool }: Pick<Regression, "metric" | "agent" | "tool">): string =>
  JSON.stringify([kindOf(metric), agent, tool]);
const kindOf = (metric: Metric): "duration" | "errors" => (metric === "errors" ? "errors" : "duration");

async function regressionOf(
  client: pg.ClientBase,
  series: ToolSeries & Pick<KnownSeries, "withEarlier">,
  metrics: readonly Metric[],
  { settings }: RuleInput,
  isGoingOn: boolean,
): Promise<Regression | undefined> {
  const { agent, tool, hours } = series;
  const seed = hours.length * 31 + agent.length * 7 + tool.length;
  const worse = await firstWorsening({ ...series, isGoingOn, seed }, metrics, settings.regression);
  if (worse === undefined) return undefined;
  const { metric } = worse;
  const since = new Date(worse.since);
  const { rows: firsts } = await client.query<{ run: string; action: string }>(FIRST[kindOf(metric)], [
    agent,
    tool,
    since,
    Math.exp(usualAfter(hours, metric, worse.since)),
  ]);
  const change = { agent, tool, metric, since, days: REGRESSION_DAYS };
  const versions = await countsByVersion(client, change);
  return {
    ...worse,
    agent,
    tool,
    first: firsts[0],
    within: await shiftWithin(client, change),
    versions,
    newVersions: newVersionsOf(versions, worse.since),
  };
}

function usualAfter(hours: readonly Hour[], metric: Metric, since: number): number {
  const after = hours.filter(({ at }) => at >= since);
  return medianOf(figuresOf(after, metric).figures);
}

const TAKES: Readonly<Record<Metric, string>> = {
  duration: "takes",
  p95: "takes in its slowest calls (95th percentile)",
  errors: "has odds of failing of",
};

function noticeOf(
  { metric, agent, tool, since, change, first, within, versions, newVersions }: Regression,
  now: number,
): Notice {
  const factor = (shift: number): number => Number(Math.exp(shift).toPrecision(3));
  const began = new Date(since).toISOString();
  const isNew = newVersions.length > 0;
  const isMix = !isNew && within !== undefined && within < change.shift / 2;
  const title = `${short(tool)} of ${short(agent)} ${TAKES[metric]} ${factor(change.shift)} times what it was before ${began.slice(0, 16)}Z (90 % interval ${factor(change.low)} to ${factor(change.high)})`;
  const reason = isMix
    ? "; mostly because other versions, projects or environments call it"
    : isNew
      ? `; new since then: version ${newVersions
          .slice(0, 3)
          .map((version) => short(version, 40))
          .join(", ")}`
      : "";
  return found(now, {
    rule: "regression",
    kind: kindOf(metric),
    severity: "warning",
    subjectKey: keyOf({ metric, agent, tool }),
    beginning: began,
    title: `${title}${reason}`,
    agentName: agent,
    correlationId: first?.run,
    actionIds: first ? [first.action] : [],
    evidence: {
      tool: tool.slice(0, 200),
      ...(metric === "errors" ? {} : { percentile: metric === "p95" ? 95 : 50 }),
      factor: factor(change.shift),
      low: factor(change.low),
      high: factor(change.high),
      p: change.p,
      since: began,
      factor_within: within === undefined ? null : factor(within),
      new_versions: newVersions.slice(0, 20),
      versions: versions.slice(0, 20),
    },
    query: `select * from agent_actions_v1.tool_stats where period = 'hour' and tool_name = '${tool.replaceAll("'", "''")}' and agent_name = '${agent.replaceAll("'", "''")}' order by starts_at`,
    beganAt: since,
    comesBack: true,
  });
}

const OF_CALLS =
  "agent_name = $1 and action_name = $2 and action_type = 'tool_call' and created_at >= $3 and created_at < $3::timestamptz + interval '1 day'";
const FIRST_ROW = "select correlation_id::text as run, id::text as action from agent_actions where";

/** The first call after the change that shows it: its run is the first bad one. */
const FIRST: Readonly<Record<"duration" | "errors", string>> = {
  duration: `${FIRST_ROW} ${OF_CALLS} and duration_ms >= $4::float8 order by created_at limit 1`,
  errors: `${FIRST_ROW} ${OF_CALLS} and agent_action_failed(action_type, status, error_group, action_details) and $4::float8 is not null order by created_at limit 1`,
};
