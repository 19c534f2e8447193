-- A log record, a hook or a transcript that reports a call, and the span of that call, are one row: the row goes on waiting for what is around the span.

create or replace function merge_agent_action(stored jsonb, arrived jsonb) returns jsonb
language sql immutable parallel safe
as $$
  with both_rows (said, nth, own, rank) as (
    select said, nth,
      concat(rank, ' ', said ->> 'kafka_topic', '/', lpad(said ->> 'kafka_partition', 10, '0'), '/', lpad(said ->> 'kafka_offset', 19, '0')),
      rank
    from (values (stored, 1), (arrived, 2)) as given (said, nth),
      lateral (select case said ->> 'state' when 'running' then '2' when 'abandoned' then '1' else '0' end) as ranked (rank)
  ),
  winner as (
    select * from both_rows order by own collate "C", nth limit 1
  ),
  waiting as (
    -- Beside an event of a span, one without knows nothing of what is around, and has no say in what is waited for.
    select bool_and(awaits is not null) as both_wait, min(awaits collate "C") as awaited
    from (
      select said ->> 'unresolved_parent_span_id' as awaits, said ->> 'span_id' is not null as has_span,
        bool_or(said ->> 'span_id' is not null) over () as any_has
      from both_rows) as asked
    where has_span = any_has
  ),
  fields as (
    select name, value, nth,
      coalesce(
        said -> 'field_origins' ->> name,
        case when said -> 'inferred_fields' ? name and said -> 'unresolved_parent_span_id' <> 'null' then '1' else '0' end || own
      ) as origin
    from both_rows,
      lateral (
        select key as name, value from jsonb_each(said)
        where value <> 'null' and key not in (
          'id', 'created_at', 'state', 'kafka_topic', 'kafka_partition', 'kafka_offset', 'producer_epoch', 'producer_sequence',
          'merged_at', 'field_origins', 'unresolved_parent_span_id', 'inferred_fields', 'debug_mode', 'correlation_id',
          'correlation_text', 'action_details')
        -- What goes together comes from one event.
        union all
        select 'correlation_id', jsonb_build_array(said -> 'correlation_id', said -> 'correlation_text')
        -- Details are merged, a member at a time.
        union all
        select 'action_details.' || key, value
        from jsonb_each(case when jsonb_typeof(said -> 'action_details') = 'object' then said -> 'action_details' else '{}' end)
      ) as given
    -- How it stands is what the events of the latest state say.
    where name <> 'status' or rank = (select winner.rank from winner)
  ),
  best as (
    select distinct on (name) name, value, origin from fields order by name, origin collate "C", nth
  )
  select nullif(
    stored || '{"status": null}'
      || (select jsonb_object_agg(name, value) from best where name <> 'correlation_id' and not starts_with(name, 'action_details.'))
      || (select jsonb_build_object('correlation_id', value -> 0, 'correlation_text', value -> 1) from best where name = 'correlation_id')
      || coalesce(
        (select jsonb_build_object('action_details', jsonb_object_agg(substr(name, 16), value))
         from best where starts_with(name, 'action_details.') having count(*) > 0),
        '{}')
      || (select jsonb_build_object(
          'state', said -> 'state',
          'kafka_topic', said -> 'kafka_topic',
          'kafka_partition', said -> 'kafka_partition',
          'kafka_offset', said -> 'kafka_offset',
          'producer_epoch', said -> 'producer_epoch',
          'producer_sequence', said -> 'producer_sequence',
          'debug_mode', (stored -> 'debug_mode')::boolean and (arrived -> 'debug_mode')::boolean,
          -- Where one of the events knows what is around the action, nothing more is waited for.
          'unresolved_parent_span_id', case when both_wait then awaited end,
          'inferred_fields', case when both_wait then (
            select jsonb_agg(name order by name collate "C")
            from (
              select jsonb_array_elements_text(nullif(stored -> 'inferred_fields', 'null'))
              union select jsonb_array_elements_text(nullif(arrived -> 'inferred_fields', 'null'))
            ) as inferred (name) left join best using (name)
            where origin is null or starts_with(origin, '1')) end,
          'field_origins', (select jsonb_object_agg(name, origin) from best where origin <> '0' || own)
        ) from winner, waiting),
    stored)
$$;
