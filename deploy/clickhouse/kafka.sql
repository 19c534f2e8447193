-- Reads the topic with a consumer group of its own: Postgres's consumer is not touched. Put in your brokers; a cluster with TLS and
-- login takes them from <kafka> in the server's configuration.
create table if not exists agent_actions.queue (record String)
engine = Kafka
settings kafka_broker_list = 'localhost:9092',
  kafka_topic_list = 'agent-actions',
  kafka_group_name = 'agent-actions-clickhouse',
  kafka_format = 'RawBLOB',
  kafka_num_consumers = 1;

-- Only now, so that nothing is read before there is somewhere to put it.
create materialized view if not exists agent_actions.to_actions to agent_actions.agent_actions as
with
  JSONExtractRaw(record, 'started_at') as started_text,
  if(started_text in ('', 'null'), JSONExtractRaw(record, 'timestamp'), started_text) as time_text,
  trim(both '"' from time_text) as time_value,
  JSONExtractString(record, 'status') as status_text,
  multiIf(status_text = 'superseded', 3, status_text = 'running', 0, status_text = 'abandoned', 1, 2) as state
select
  toUUIDOrDefault(JSONExtractString(record, 'id'),
    reinterpretAsUUID(sipHash128(toString(_partition), toString(_offset)))) as id,
  toUUIDOrDefault(JSONExtractString(record, 'correlation_id'),
    reinterpretAsUUID(sipHash128(JSONExtractString(record, 'correlation_id')))) as correlation_id,
  if(match(time_value, '^[0-9]+$'),
    fromUnixTimestamp64Milli(toInt64OrZero(time_value), 'UTC'),
    ifNull(parseDateTime64BestEffortOrNull(time_value, 6, 'UTC'), toDateTime64(ifNull(_timestamp_ms, now64(3)), 6, 'UTC'))) as created_at,
  JSONExtractString(record, 'agent_name') as agent_name,
  JSONExtractString(record, 'action_type') as action_type,
  JSONExtractString(record, 'action_name') as action_name,
  JSONExtractRaw(record, 'action_details') as action_details,
  if(status_text = '', 'ok', status_text) as status,
  JSONExtract(record, 'duration_ms', 'Nullable(Int32)') as duration_ms,
  JSONExtractString(record, 'error_type') as error_type,
  JSONExtractString(record, 'error_message') as error_message,
  JSONExtractString(record, 'session_id') as session_id,
  JSONExtractString(record, 'project_name') as project_name,
  JSONExtractString(record, 'project_path') as project_path,
  JSONExtractString(record, 'service_name') as service_name,
  JSONExtractString(record, 'agent_version') as agent_version,
  toUUIDOrNull(JSONExtractString(record, 'parent_action_id')) as parent_action_id,
  JSONExtractString(record, 'tool_call_id') as tool_call_id,
  JSONExtractString(record, 'trace_id') as trace_id,
  JSONExtractString(record, 'span_id') as span_id,
  JSONExtractString(record, 'source') as source,
  toInt32(_partition) as kafka_partition,
  toInt64(_offset) as kafka_offset,
  bitShiftLeft(toUInt64(state), 56) + (bitShiftLeft(toUInt64(1), 56) - 1 - toUInt64(_offset)) as version,
  status_text = 'superseded' as is_superseded
from agent_actions.queue
where isValidJSON(record)
  and (is_superseded or (JSONExtractString(record, 'agent_name') != ''
    and JSONExtractString(record, 'action_type') in ('tool_call', 'decision', 'error', 'success')
    and JSONExtractString(record, 'action_name') != ''));

create materialized view if not exists agent_actions.to_rejected to agent_actions.rejected as
select
  now64(3) as at,
  toInt32(_partition) as kafka_partition,
  toInt64(_offset) as kafka_offset,
  if(isValidJSON(record), 'not_an_event', 'not_json') as reason,
  record
from agent_actions.queue
where record != ''
  and not (isValidJSON(record)
    and (JSONExtractString(record, 'status') = 'superseded' or (JSONExtractString(record, 'agent_name') != ''
      and JSONExtractString(record, 'action_type') in ('tool_call', 'decision', 'error', 'success')
      and JSONExtractString(record, 'action_name') != '')));
