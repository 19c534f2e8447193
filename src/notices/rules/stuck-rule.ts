/** What runs and should not any more: a call far beyond all calls of its tool, an approval that nobody gives, runs whose agent is gone. */
import type pg from "pg";
import type { Notice } from "../notice.js";
import { found, type PeriodicRule, type RuleInput, short, shownDuration } from "./periodic-rule.js";

const RULE = "stuck";

export const STUCK_RULE: PeriodicRule = {
  rule: RULE,
  every: 30_000,
  async find(client, input) {
    return [...(await running(client, input)), ...(await abandoned(client, input))];
  },
};

async function running(client: pg.ClientBase, { settings, now }: RuleInput): Promise<Notice[]> {
  const { minCalls, factor, minSeconds, approvalSeconds } = settings.stuck;
  const { rows } = await client.query<RunningRow>(RUNNING, [minCalls, factor, minSeconds, approvalSeconds]);
  return rows.map((row) => {
    const isApproval = row.usualMillis === null;
    return found(now, {
      rule: RULE,
      kind: isApproval ? "approval" : "action",
      severity: "warning",
      subjectKey: `action ${row.id}`,
      beginning: row.id,
      title: isApproval
        ? `${short(row.agent)} has waited for a decision on ${short(row.name)} for ${shownDuration(row.seconds)}`
        : `${short(row.name)} of ${short(row.agent)} has run for ${shownDuration(row.seconds)}; 999 of 1,000 calls take ${shownDuration((row.usualMillis ?? 0) / 1_000)} at most`,
      agentName: row.agent,
      correlationId: row.run,
      actionIds: [row.id],
      evidence: { seconds: Math.round(row.seconds), usual_ms: row.usualMillis, calls_known: row.known },
      query: `select * from agent_actions_v1.actions where id = '${row.id}'`,
      beganAt: row.startedAt,
    });
  });
}

/** One notice an agent and hour, however many runs. */
async function abandoned(client: pg.ClientBase, { now }: RuleInput): Promise<Notice[]> {
  const { rows } = await client.query<AbandonedRow>(ABANDONED);
  return rows.map(({ agent, runs, run, hour, beganAt }) =>
    found(now, {
      rule: RULE,
      kind: "abandoned",
      severity: "warning",
      subjectKey: `abandoned ${agent} ${hour}`,
      beginning: hour,
      title: `${runs === 1 ? "A run" : `${runs} runs`} of ${short(agent)} stopped without an end: the process is gone`,
      agentName: agent,
      correlationId: run,
      actionIds: [],
      evidence: { runs },
      query: `select * from agent_actions_v1.runs where state = 'abandoned' and last_activity_at >= '${hour}' order by last_activity_at`,
      beganAt,
    }),
  );
}

interface RunningRow {
  readonly id: string;
  readonly run: string;
  readonly agent: string;
  readonly name: string;
  readonly startedAt: number;
  readonly seconds: number;
  /** `null` for a decision that waits. */
  readonly usualMillis: number | null;
  readonly known: number | null;
}

interface AbandonedRow {
  readonly agent: string;
  readonly runs: number;
  readonly run: string;
  readonly hour: string;
  readonly beganAt: number;
}

// Few actions run at a time, and they have an index; the histogram is asked for their tools only.
const RUNNING = `
  with open as (
    select id, correlation_id, agent_name, action_type, action_name, created_at, extract(epoch from now() - created_at) as seconds
    from agent_actions where state = 'running' and created_at between now() - interval '7 days' and now() - least($3::float8, $4::float8) * interval '1 second'
    order by created_at limit 200
  )
  select id::text as id, correlation_id::text as run, agent_name as agent, action_name as name, seconds::float8 as seconds,
    (extract(epoch from created_at) * 1000)::float8 as "startedAt",
    case when action_type = 'tool_call' then usual.p999::float8 end as "usualMillis", usual.known::float8 as known
  from open
  left join lateral (
    select (agent_duration_quantiles(array_agg(bucket), array_agg(n), array[0.999]))[1] as p999, sum(n) as known
    from agent_action_statistics, unnest(duration_buckets, duration_bucket_counts) as histogram (bucket, n)
    where resolution = 'day' and grouped_by = 'tool' and bucket_start > now() - interval '30 days' and action_name = open.action_name
      and open.action_type = 'tool_call'
  ) as usual on true
  where (action_type = 'tool_call' and seconds >= $3 and usual.known >= $1::float8 and seconds * 1000 > usual.p999 * $2::float8)
    or (action_type = 'decision' and seconds >= $4)
  order by seconds desc limit 50`;

const ABANDONED = `
  select agent, count(*)::integer as runs, (array_agg(correlation_id order by last_activity_at desc))[1]::text as run,
    to_char(date_trunc('hour', last_activity_at, 'UTC') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') as hour,
    (extract(epoch from min(last_activity_at)) * 1000)::float8 as "beganAt"
  from agent_runs, unnest(agents) as agent
  where state = 'abandoned' and last_activity_at > now() - interval '6 hours'
  group by agent, date_trunc('hour', last_activity_at, 'UTC') order by 2 desc limit 50`;
