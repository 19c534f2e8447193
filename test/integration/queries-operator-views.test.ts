/** SQL of the kind that operators of the predecessor run on these tables: it rounds scores, groups by day, and has to work. */
import { beforeAll, expect, test } from "vitest";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, storable } from "./store-fixture.js";

const pool = await migratedPool();

const VIEWS = {
  active_agents: `
    select agent_name, execution_id, started_at, extract(epoch from now() - started_at)::int as running_seconds
    from agent_execution_logs where status = 'in_progress' order by started_at`,
  completions_of_the_day: `
    select agent_name, status, count(*) as runs, round(avg(duration_ms)) as avg_ms, round(avg(quality_score), 2) as avg_quality
    from agent_execution_logs where completed_at > now() - interval '24 hours' group by agent_name, status`,
  completions_of_the_week: `
    select date_trunc('day', completed_at) as day, count(*) as runs, round(avg(quality_score) * 100, 1) as quality_percent
    from agent_execution_logs where completed_at > now() - interval '7 days' group by 1 order by 1`,
  performance_by_agent: `
    select agent_name, count(*) as runs,
      round(count(*) filter (where status = 'success')::numeric / nullif(count(*), 0) * 100, 2) as success_percent,
      round(avg(duration_ms)::numeric, 2) as avg_ms, min(duration_ms) as fastest, max(duration_ms) as slowest,
      round(avg(quality_score), 3) as avg_quality
    from agent_execution_logs where status <> 'in_progress' group by agent_name`,
  recent_errors: `
    select agent_name, error_type, error_group, error_message, completed_at, metadata ->> 'stage' as stage
    from agent_execution_logs where status = 'error' order by completed_at desc limit 50`,
  stuck_agents: `
    select agent_name, execution_id, round(extract(epoch from now() - started_at)::numeric / 60, 1) as minutes
    from agent_execution_logs where status = 'in_progress' and started_at < now() - interval '30 minutes'`,
  daily_trends: `
    select started_at::date as day, agent_name, count(*) as runs,
      count(*) filter (where status in ('error', 'abandoned')) as failures,
      round(avg(quality_score), 2) as avg_quality, round(stddev_samp(quality_score), 3) as spread
    from agent_execution_logs group by 1, 2 order by 1 desc, 3 desc`,
  quality_by_agent: `
    select agent_name, round(avg(quality_score), 2) as avg_quality, round(min(quality_score), 2) as worst,
      round(percentile_cont(0.5) within group (order by quality_score)::numeric, 2) as median,
      width_bucket(avg(quality_score), 0, 1, 10) as bucket
    from agent_execution_logs where quality_score is not null group by agent_name`,
  summary: `
    select count(*) as runs, count(distinct agent_name) as agents, count(*) filter (where status = 'success') as succeeded,
      round(count(*) filter (where status = 'success') * 100.0 / nullif(count(*), 0), 1) as success_percent,
      round(avg(quality_score), 2) as avg_quality, max(completed_at) as last_completed
    from agent_execution_logs`,
  confidence_distribution: `
    select round(confidence_score, 1) as confidence, count(*) as decisions, round(avg(routing_time_ms), 1) as avg_ms,
      round(avg(trigger_confidence + context_confidence + capability_confidence + historical_confidence) / 4, 3) as parts,
      round(avg(abs(prediction_error)), 3) as avg_error
    from agent_routing_decisions group by 1 order by 1`,
  agents_selected: `
    select selected_agent, count(*) as decisions, round(avg(confidence_score), 2) as avg_confidence,
      count(*) filter (where actual_success) as successes, round(avg(actual_quality_score), 2) as avg_quality,
      count(*) filter (where cache_hit) as from_cache
    from agent_routing_decisions group by selected_agent`,
  self_transformation: `
    select count(*) as transformations, count(*) filter (where source_agent = target_agent) as to_itself,
      round(count(*) filter (where source_agent = target_agent)::numeric / nullif(count(*), 0) * 100, 2) as percent,
      round(avg(routing_confidence), 3) as avg_confidence
    from agent_transformation_events where created_at > now() - interval '7 days'`,
  bypasses: `
    select t.target_agent, count(*) as without_decision
    from agent_transformation_events t left join agent_routing_decisions d using (correlation_id)
    where d.id is null group by t.target_agent`,
  routing_performance: `
    select date_trunc('hour', coalesce(measured_at, created_at)) as hour, selection_strategy,
      round(avg(total_routing_time_us) / 1000, 2) as avg_ms, round(avg(metric_value), 2) as avg_value
    from router_performance_metrics group by 1, 2`,
} as const;

beforeAll(async () => {
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const run = (execution_id: string, fields: object) =>
    storable("execution", { execution_id, agent_name: "planner", correlation_id: execution_id, ...fields });
  await createBatchWriter(pool).write([
    run("active", { started_at: ago(1) }),
    run("stuck", { started_at: ago(90) }),
    ...[0.333, 0.666].map((quality_score, n) =>
      run(`done ${n}`, {
        status: "success",
        started_at: ago(5),
        completed_at: ago(4),
        duration_ms: 60_000 + n,
        quality_score,
      }),
    ),
    run("failed", {
      status: "failed",
      started_at: ago(3),
      completed_at: ago(2),
      error_message: "timed out after 3000 ms",
      metadata: { stage: "planning", percent: 40 },
    }),
    storable("routing_decision", {
      correlation_id: "done 0",
      selected_agent: "planner",
      confidence_score: 0.87,
      trigger_confidence: 0.9,
      context_confidence: 0.8,
      capability_confidence: 0.7,
      historical_confidence: 0.6,
      prediction_error: -0.125,
      actual_success: true,
      actual_quality_score: 0.5,
      cache_hit: false,
      routing_time_ms: 12,
    }),
    ...["done 0", "done 1"].map((correlation_id) =>
      storable("transformation", {
        correlation_id,
        source_agent: "planner",
        target_agent: correlation_id === "done 0" ? "planner" : "coder",
        confidence_score: 0.5,
      }),
    ),
    storable("router_performance", {
      metric_name: "routing_time",
      metric_value: 12.345,
      total_routing_time_us: 12_345,
      selection_strategy: "fuzzy",
      measured_at: ago(1),
    }),
  ]);
});

async function answer(name: keyof typeof VIEWS): Promise<Record<string, unknown>[]> {
  await pool.query(`create or replace view v_${name} as ${VIEWS[name]}`);
  return (await pool.query(`select * from v_${name}`)).rows;
}

test.each(Object.keys(VIEWS) as (keyof typeof VIEWS)[])("%s has an answer", async (name) => {
  expect((await answer(name)).length).toBeGreaterThan(0);
});

test("scores are rounded as numbers that they are", async () => {
  expect(await answer("summary")).toMatchObject([
    { runs: "5", succeeded: "2", success_percent: "40.0", avg_quality: "0.50" },
  ]);
  expect(await answer("performance_by_agent")).toMatchObject([
    { success_percent: "66.67", avg_quality: "0.500" },
  ]);
  expect(await answer("confidence_distribution")).toMatchObject([
    { confidence: "0.9", parts: "0.750", avg_error: "0.125" },
  ]);
  expect(await answer("self_transformation")).toMatchObject([
    { transformations: "2", to_itself: "1", percent: "50.00", avg_confidence: "0.500" },
  ]);
  expect(await answer("recent_errors")).toMatchObject([
    { stage: "planning", error_group: expect.any(String) },
  ]);
  expect(await answer("routing_performance")).toMatchObject([{ avg_ms: "12.35", avg_value: "12.35" }]);
  expect(await answer("bypasses")).toMatchObject([{ target_agent: "coder", without_decision: "1" }]);
});
