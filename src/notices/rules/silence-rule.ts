/**
 * An agent that always spoke, and is silent. Its own history says what silence is: twice the longest pause of the last four weeks. An agent
 * that rests at night and on weekends has such pauses in its history, and is left alone for them; one that has spoken in fewer than a hundred hours, or
 * for less than a week, is not judged.
 */
import { quoted } from "../notice.js";
import { found, type PeriodicRule, short, shownDuration } from "./periodic-rule.js";

export const SILENCE_RULE: PeriodicRule = {
  rule: "silence",
  every: 60_000,
  async find(client, { settings, now }) {
    const { minHours, minDays, factor } = settings.silence;
    const { rows } = await client.query<SilentRow>(SILENT, [minHours, minDays, factor, new Date(now)]);
    return rows.map(({ agent, lastAt, silentHours, longestHours, hours }) =>
      found(now, {
        rule: "silence",
        kind: "agent",
        severity: "warning",
        subjectKey: `agent ${agent}`,
        beginning: new Date(lastAt).toISOString(),
        title: `${short(agent)} has been silent for ${shownDuration(silentHours * 3_600)}; its longest pause in four weeks was ${shownDuration(longestHours * 3_600)}`,
        agentName: agent,
        correlationId: undefined,
        actionIds: [],
        evidence: { silent_hours: silentHours, longest_pause_hours: longestHours, active_hours: hours },
        query: `select * from agent_actions_v1.agent_stats where period = 'hour' and agent_name = ${quoted(agent)} order by starts_at desc`,
        beganAt: lastAt,
      }),
    );
  },
};

interface SilentRow {
  readonly agent: string;
  /** Milliseconds since 1970. */
  readonly lastAt: number;
  readonly silentHours: number;
  readonly longestHours: number;
  readonly hours: number;
}

// The hours of the statistics, so that it costs the same whatever the number of actions. Silence is given up after a week: the agent was retired. Where
// nobody has spoken for two hours, it is the pipeline that is silent.
const SILENT = `
  with active as (
    select agent_name as agent, bucket_start as hour, bucket_start - lag(bucket_start) over (partition by agent_name order by bucket_start) as pause
    from (
      select distinct agent_name, bucket_start from agent_action_statistics
      where resolution = 'hour' and grouped_by = 'agent' and bucket_start > $4::timestamptz - interval '28 days' and agent_name <> '(other)'
    ) as hours
  ),
  agents as (
    select agent, max(hour) as last_hour, count(*) as hours, min(hour) as first_hour, max(pause) as longest from active group by agent
  )
  select agent, (extract(epoch from last_hour + interval '1 hour') * 1000)::float8 as "lastAt",
    round(extract(epoch from $4::timestamptz - last_hour - interval '1 hour') / 3600, 1)::float8 as "silentHours",
    round(extract(epoch from longest - interval '1 hour') / 3600, 1)::float8 as "longestHours", hours::float8 as hours
  from agents
  where hours >= $1 and last_hour - first_hour >= $2 * interval '1 day'
    and $4::timestamptz - last_hour - interval '1 hour' > longest * $3::float8 and $4::timestamptz - last_hour < interval '7 days'
    and exists (select from agents as other where other.last_hour > $4::timestamptz - interval '2 hours')
  order by hours desc limit 50`;
