/**
 * What an agent never had before: an error, by the hash of what its messages have in common, in a project of it; a tool. Since when an agent is known say
 * the statistics; without them, nothing is found.
 */
import type pg from "pg";
import { isNovel } from "../../analysis/novelty.js";
import { type Notice, quoted } from "../notice.js";
import { newFeatures } from "./new-features.js";
import { found, type PeriodicRule, type RuleInput, short } from "./periodic-rule.js";

const RULE = "novelty";

export const NOVELTY_RULE: PeriodicRule = {
  rule: RULE,
  every: 60_000,
  async find(client, input) {
    return [
      ...(await newErrorGroups(client, input)),
      ...(await newTools(client, input)),
      ...(await newFeatures(client, input)),
    ];
  },
};

async function newErrorGroups(client: pg.ClientBase, { settings, now }: RuleInput): Promise<Notice[]> {
  const { rows } = await client.query<ErrorRow>(ERROR_GROUPS, [settings.novelty.newHours]);
  return rows
    .filter((row) => isNovel({ ...row, knownSince: row.knownSince ?? undefined }, settings.novelty, now))
    .slice(0, MOST)
    .map((row) => {
      const where = row.project === "" ? "" : ` in ${short(row.project)}`;
      return found(now, {
        rule: RULE,
        kind: "new_error_group",
        severity: "warning",
        subjectKey: `error ${JSON.stringify([row.agent, row.project, row.errorGroup])}`,
        beginning: row.id,
        title: `${short(row.agent)} has an error that it never had${where}: ${short(row.message ?? row.errorType ?? row.name, 160)}`,
        agentName: row.agent,
        correlationId: row.run,
        actionIds: [row.id],
        evidence: {
          error_group: row.errorGroup,
          error_type: row.errorType,
          name: row.name.slice(0, 200),
          occurrences: row.occurrences,
          known_since: new Date(row.knownSince ?? 0).toISOString(),
        },
        query: `select * from agent_actions_v1.errors where error_group = ${quoted(row.errorGroup)} and agent_name = ${quoted(row.agent)} order by happened_at`,
        beganAt: row.firstAt,
      });
    });
}

async function newTools(client: pg.ClientBase, { settings, now }: RuleInput): Promise<Notice[]> {
  const { rows } = await client.query<ToolRow>(TOOLS, [settings.novelty.newHours, new Date(now)]);
  return rows
    .filter((row) => isNovel({ ...row, knownSince: row.knownSince ?? undefined }, settings.novelty, now))
    .slice(0, MOST)
    .map((row) =>
      found(now, {
        rule: RULE,
        kind: "new_tool",
        severity: "info",
        subjectKey: `tool ${JSON.stringify([row.agent, row.tool])}`,
        beginning: new Date(row.firstAt).toISOString(),
        title: `${short(row.agent)} calls ${short(row.tool)}, which it never did`,
        agentName: row.agent,
        correlationId: undefined,
        actionIds: [],
        evidence: {
          tool: row.tool,
          calls: row.calls,
          known_since: new Date(row.knownSince ?? 0).toISOString(),
        },
        query: `select * from agent_actions_v1.actions where agent_name = ${quoted(row.agent)} and action_name = ${quoted(row.tool)} and started_at >= '${new Date(row.firstAt).toISOString()}' order by started_at`,
        beganAt: row.firstAt,
      }),
    );
}

/** So many notices of a kind at a time. */
const MOST = 50;

interface ErrorRow {
  readonly agent: string;
  /** Empty: no project. */
  readonly project: string;
  readonly errorGroup: string;
  readonly errorType: string | null;
  readonly message: string | null;
  readonly name: string;
  readonly id: string;
  readonly run: string;
  readonly firstAt: number;
  readonly knownSince: number | null;
  /** Among the latest failures. */
  readonly occurrences: number;
}

interface ToolRow {
  readonly agent: string;
  readonly tool: string;
  readonly calls: number;
  readonly firstAt: number;
  readonly knownSince: number | null;
}

// An agent is known since the end of the first day that it has rows of: its first row may be the day's last.
const KNOWN_SINCE = `(extract(epoch from min(bucket_start) + interval '1 day') * 1000)::float8`;
const knownDays = (now: string): string =>
  `resolution = 'day' and grouped_by = 'combination' and bucket_start > ${now} - interval '90 days'`;

/** As the index has it: its first 200 characters. */
const PROJECT = `left(coalesce(project_name, ''), 200)`;

// The latest 5,000 failures name at most 500 candidates. Whether there is an older row of each is one look into an index of each partition, however many there are.
const ERROR_GROUPS = `
  with latest as materialized (
    select agent_name, project_name, error_group from agent_actions
    where agent_action_failed(action_type, status, error_group, action_details) and created_at > now() - $1 * interval '1 hour'
    order by created_at desc limit 5000
  ),
  candidates as materialized (
    select agent_name, ${PROJECT} as project, error_group, count(*) as occurrences
    from latest where error_group is not null group by 1, 2, 3 order by 4 desc, 1, 2, 3 limit 500
  ),
  fresh as materialized (
    select candidates.*, earliest.* from candidates
    cross join lateral (
      select id, correlation_id, created_at, action_name, error_type, coalesce(status_message, action_details ->> 'error_message') as message
      from agent_actions as action
      where action.error_group = candidates.error_group and action.agent_name = candidates.agent_name
        and ${PROJECT} = candidates.project and created_at > now() - $1 * interval '1 hour'
      order by created_at limit 1
    ) as earliest
    where not exists (
      select from agent_actions as action
      where action.error_group = candidates.error_group and action.agent_name = candidates.agent_name
        and ${PROJECT} = candidates.project and created_at <= now() - $1 * interval '1 hour' limit 1)
  ),
  known as (
    select agent_name, ${PROJECT} as project, ${KNOWN_SINCE} as since from agent_action_statistics
    where ${knownDays("now()")} and agent_name in (select agent_name from fresh) group by 1, 2
  )
  select fresh.agent_name as agent, fresh.project, error_group as "errorGroup", error_type as "errorType", left(message, 1000) as message,
    action_name as name, id::text as id, correlation_id::text as run, (extract(epoch from created_at) * 1000)::float8 as "firstAt",
    known.since as "knownSince", occurrences::float8 as occurrences
  from fresh left join known on known.agent_name = fresh.agent_name and known.project = fresh.project
  order by occurrences desc, fresh.agent_name, fresh.project, error_group`;

// Tools by their hours: of a first call, the statistics know the hour. On days with more combinations than the
// statistics name, a tool may have been among the others: then nobody knows whether it is new.
const TOOLS = `
  with recent as materialized (
    select agent_name, action_name, min(bucket_start) as first_hour, sum(actions) as calls from agent_action_statistics
    where resolution = 'hour' and grouped_by = 'combination' and action_type = 'tool_call' and agent_name <> '(other)' and action_name <> '(other)'
      and bucket_start > $2::timestamptz - $1 * interval '1 hour'
    group by 1, 2
  ),
  earlier as materialized (
    select distinct agent_name, action_name from agent_action_statistics
    where ${knownDays("$2::timestamptz")} and action_type = 'tool_call' and bucket_start < date_trunc('day', $2::timestamptz - $1 * interval '1 hour', 'UTC')
    union
    select agent_name, action_name from agent_action_statistics
    where resolution = 'hour' and grouped_by = 'combination' and action_type = 'tool_call'
      and bucket_start between date_trunc('day', $2::timestamptz - $1 * interval '1 hour', 'UTC') and $2::timestamptz - $1 * interval '1 hour'
  ),
  fresh as materialized (
    select * from recent
    where not exists (select from earlier where earlier.agent_name = recent.agent_name and earlier.action_name = recent.action_name)
      and not exists (select from earlier where agent_name = '(other)')
    order by calls desc, agent_name, action_name limit 500
  ),
  known as (
    select agent_name, ${KNOWN_SINCE} as since from agent_action_statistics
    where ${knownDays("$2::timestamptz")} and agent_name in (select agent_name from fresh) group by 1
  )
  select agent_name as agent, action_name as tool, calls::float8 as calls, (extract(epoch from first_hour) * 1000)::float8 as "firstAt",
    known.since as "knownSince"
  from fresh join known using (agent_name) order by 3 desc, 1, 2`;
