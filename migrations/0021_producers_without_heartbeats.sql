-- A producer without heartbeats was said to be alive for as long as its row was kept, which nothing knows.

do $$
declare
  tables text := current_schema();
  views text := case when tables = 'public' then 'agent_actions_v1' else left(tables, 46) || '_agent_actions_v1' end;
begin
  perform set_config('agent_actions.search_path', current_setting('search_path'), false);
  perform set_config('search_path', format('%I, %I', views, tables), false);
end
$$;

create or replace view producers as
select
  producer.producer_epoch,
  case when producer.status = 'alive' and producer.heartbeat_at is null then 'unknown' else producer.status end as status,
  producer.service_name, producer.service_version, producer.host_name, producer.process_pid, producer.sender,
  producer.producer, producer.started_at, producer.first_seen_at, producer.last_seen_at, producer.heartbeat_at, producer.interval_ms, producer.open_actions,
  producer.highest_sequence, producer.contiguous_sequence, producer.missing,
  coalesce(loss.given_up, producer.given_up) as given_up, coalesce(loss.lost, 0) as lost, producer.unacknowledged, producer.counters, producer.abandoned_rows,
  producer.abandoned_at
from agent_producers as producer
  left join agent_producer_losses as loss on loss.producer_epoch = producer.producer_epoch;
comment on column producers.status is 'alive; idle: not heard of any more, and nothing of it was open; gone: not heard of any more, and something was open; ended: it said so; unknown: it sends no heartbeats, so nothing says whether it lives.';

select set_config('search_path', current_setting('agent_actions.search_path'), false);

comment on column agent_producers.status is 'alive; idle: not heard of any more, and nothing of it was open; gone: not heard of any more, and something was open; ended: it said so. One without heartbeats stays alive here, and is unknown in the view producers.';
