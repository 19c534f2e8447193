/** The pipeline's own loss, lag, dead letters and growth: what makes every other notice doubtful, or ends it. */
import type pg from "pg";
import type { Notice } from "../notice.js";
import { found, type PeriodicRule, type RuleInput, short, shownDuration } from "./periodic-rule.js";

const RULE = "pipeline";

export const PIPELINE_RULE: PeriodicRule = {
  rule: RULE,
  every: 30_000,
  async find(client, input) {
    return [
      ...ofProcess(input),
      ...(await lossesOf(client, input)),
      ...(await feedDelay(client, input)),
      ...(await growthOf(client, input)),
    ];
  },
};

/** What this process knows of itself. */
function ofProcess({ pipeline, settings, now }: RuleInput): Notice[] {
  const { lag, problems, deadLetters, startedAt } = pipeline;
  const common = {
    rule: RULE,
    agentName: undefined,
    correlationId: undefined,
    actionIds: [],
    beganAt: startedAt,
  };
  const started = new Date(startedAt).toISOString();
  const notices: Notice[] = [];
  if (problems.length > 0)
    notices.push(
      found(now, {
        ...common,
        kind: "unhealthy",
        severity: "critical",
        subjectKey: "service",
        beginning: started,
        title: `The service is not healthy: ${problems.join("; ").slice(0, 500)}`,
        evidence: { problems },
        query: undefined,
      }),
    );
  if (lag !== undefined && lag >= settings.pipeline.maxLag)
    notices.push(
      found(now, {
        ...common,
        kind: "lag",
        severity: "warning",
        subjectKey: "lag",
        beginning: started,
        title: `${lag.toLocaleString("en")} records wait in Kafka`,
        evidence: { lag },
        query: undefined,
      }),
    );
  if (deadLetters >= settings.pipeline.maxDeadLetters)
    notices.push(
      found(now, {
        ...common,
        kind: "dead_letters",
        severity: "warning",
        subjectKey: "dead letters",
        beginning: started,
        title: `${deadLetters.toLocaleString("en")} records became dead letters since the service started: agent-actions dlq shows them`,
        evidence: { dead_letters: deadLetters },
        query: undefined,
      }),
    );
  return notices;
}

/** Records of which nobody says why they are missing. */
async function lossesOf(client: pg.ClientBase, { now }: RuleInput): Promise<Notice[]> {
  const { rows } = await client.query<LossRow>(LOSSES);
  return rows.map((row) =>
    found(now, {
      rule: RULE,
      kind: "lost",
      severity: "critical",
      subjectKey: `producer ${row.epoch}`,
      beginning: row.epoch,
      title: `${row.lost.toLocaleString("en")} events of ${short(row.service)} on ${short(row.host)} have not arrived, and nobody says why`,
      agentName: undefined,
      correlationId: undefined,
      actionIds: [],
      evidence: {
        lost: row.lost,
        missing: row.missing,
        given_up: row.givenUp,
        service_name: row.service,
        host_name: row.host,
      },
      query: `select * from agent_producer_gaps where producer_epoch = '${row.epoch.replaceAll("'", "''")}'`,
      beganAt: row.beganAt,
    }),
  );
}

async function feedDelay(client: pg.ClientBase, { settings, now }: RuleInput): Promise<Notice[]> {
  const { rows } = await client.query<{ seconds: number }>(FEED_DELAY);
  const seconds = rows[0]?.seconds ?? 0;
  if (seconds < settings.pipeline.maxFeedDelaySeconds) return [];
  return [
    found(now, {
      rule: RULE,
      kind: "feed_delay",
      severity: "warning",
      subjectKey: "feed",
      beginning: new Date(now - seconds * 1_000).toISOString().slice(0, 16),
      title: `A transaction has been open for ${shownDuration(seconds)}, and holds up notices, statistics and streams`,
      agentName: undefined,
      correlationId: undefined,
      actionIds: [],
      evidence: { seconds: Math.round(seconds) },
      query:
        "select pid, usename, datname, xact_start, query from pg_stat_activity where backend_xid is not null order by xact_start",
      beganAt: now - seconds * 1_000,
    }),
  ];
}

/** More rows than the disk was planned for. */
async function growthOf(client: pg.ClientBase, { settings, now }: RuleInput): Promise<Notice[]> {
  const { growthFactor, minGrowthActions } = settings.pipeline;
  const { rows } = await client.query<GrowthRow>(GROWTH, [new Date(now), minGrowthActions, growthFactor]);
  return rows.map(({ actions, busiest, since }) =>
    found(now, {
      rule: RULE,
      kind: "growth",
      severity: "warning",
      subjectKey: "growth",
      beginning: new Date(since).toISOString(),
      title: `${actions.toLocaleString("en")} actions in 24 hours, ${(actions / busiest).toFixed(1)} times the busiest day of the two weeks before: agent-actions growth says when a disk is full`,
      agentName: undefined,
      correlationId: undefined,
      actionIds: [],
      evidence: { actions, busiest_day: busiest, factor: Number((actions / busiest).toFixed(2)) },
      query:
        "select starts_at, agent_name, actions from agent_actions_v1.agent_stats where period = 'hour' order by starts_at desc, actions desc",
      beganAt: since,
    }),
  );
}

interface GrowthRow {
  readonly actions: number;
  readonly busiest: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

interface LossRow {
  readonly epoch: string;
  readonly service: string | null;
  readonly host: string | null;
  readonly lost: number;
  readonly missing: number;
  readonly givenUp: number;
  readonly beganAt: number;
}

const LOSSES = `
  select loss.producer_epoch as epoch, loss.service_name as service, loss.host_name as host, loss.lost::float8 as lost, loss.missing::float8 as missing,
    loss.given_up::float8 as "givenUp", (extract(epoch from producer.first_seen_at) * 1000)::float8 as "beganAt"
  from agent_producer_losses loss join agent_producers producer using (producer_epoch)
  where loss.lost > 0 and loss.last_seen_at > now() - interval '7 days'
  order by loss.lost desc limit 20`;

const FEED_DELAY = `
  select coalesce(extract(epoch from clock_timestamp() - min(changed_at)), 0)::float8 as seconds
  from agent_action_changes where xact_id >= pg_snapshot_xmin(pg_current_snapshot())`;

// By the statistics: the last 24 hours, and each 24 hours before them. A week has to be known.
const GROWTH = `
  with days as (
    select floor(extract(epoch from $1::timestamptz - bucket_start) / 86400) as day, sum(actions)::float8 as actions, min(bucket_start) as first
    from agent_action_statistics
    where resolution = 'hour' and grouped_by = 'type' and bucket_start > $1::timestamptz - interval '15 days' and bucket_start <= $1
    group by 1
  ),
  compared as (
    select max(actions) filter (where day = 0) as actions, max(actions) filter (where day > 0) as busiest, max(day) as oldest,
      min(first) filter (where day = 0) as since
    from days
  )
  select actions, busiest, (extract(epoch from since) * 1000)::float8 as since from compared
  where actions >= $2 and actions >= $3 * busiest and oldest >= 7`;
