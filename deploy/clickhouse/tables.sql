-- Actions in ClickHouse, from the same topic that Postgres is filled from: for history beyond what one Postgres holds.
-- Run once, after `create database agent_actions`. Then kafka.sql, which begins to read.

-- Several events about one action (it runs, it has ended, it was sent again) have the same id and the same start. The one with the
-- highest version stays: the latest state, and of two events of one state the first record in Kafka, as in Postgres. There members
-- of several events are merged into one row; here the row is one event, whole.
create table if not exists agent_actions.agent_actions (
  id UUID,
  correlation_id UUID,
  created_at DateTime64(6, 'UTC') codec (Delta, ZSTD(1)),
  agent_name LowCardinality(String),
  action_type LowCardinality(String),
  action_name LowCardinality(String),
  action_details String codec (ZSTD(3)),
  status LowCardinality(String),
  duration_ms Nullable(Int32),
  error_type LowCardinality(String),
  error_message String codec (ZSTD(3)),
  session_id String,
  project_name LowCardinality(String),
  project_path LowCardinality(String),
  service_name LowCardinality(String),
  agent_version LowCardinality(String),
  parent_action_id Nullable(UUID),
  tool_call_id String,
  trace_id String,
  span_id String,
  source LowCardinality(String),
  kafka_partition Int32,
  kafka_offset Int64,
  version UInt64,
  is_superseded UInt8,
  index of_correlation correlation_id type bloom_filter granularity 4,
  index of_details lower(action_details) type ngrambf_v1(4, 32768, 3, 0) granularity 1
)
engine = ReplacingMergeTree(version, is_superseded)
partition by toMonday(created_at)
order by (created_at, id);

-- What is no action: not JSON, or without one of the required fields. Nothing disappears uncounted.
create table if not exists agent_actions.rejected (
  at DateTime64(3, 'UTC'),
  kafka_partition Int32,
  kafka_offset Int64,
  reason LowCardinality(String),
  record String codec (ZSTD(3))
)
engine = ReplacingMergeTree
order by (kafka_partition, kafka_offset);
