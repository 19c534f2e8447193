-- Which producers there are, which of their numbers have arrived, and whose actions have no end because their process is gone.
--
-- Adding a column changes no row. Both indexes are partial and small; making them reads the tables once.

-- A table that was taken over from a predecessor may have a column of this name: it stays, under another.
do $$
begin
  if exists (
    select from pg_attribute
    where attrelid = 'agent_actions'::regclass and attname = 'last_seen_at' and attnum > 0 and not attisdropped)
  then
    alter table agent_actions rename column last_seen_at to last_seen_at_predecessor;
  end if;
end
$$;

alter table agent_actions add column last_seen_at timestamptz;
comment on column agent_actions.last_seen_at is
  'Of an action that became abandoned because its producer is gone: when that was last seen, by Kafka''s record times. Stays when the end comes after all.';
alter table agent_execution_logs add column last_seen_at timestamptz;
comment on column agent_execution_logs.last_seen_at is
  'Of a run that became abandoned because its producer is gone: when that was last seen, by Kafka''s record times. Stays when the end comes after all.';

create index agent_actions_open on agent_actions (producer_epoch) where state in ('running', 'abandoned');
create index agent_execution_logs_open on agent_execution_logs (producer_epoch) where status in ('in_progress', 'abandoned');

create function count_sequences(sequences int8multirange) returns bigint
language sql immutable strict parallel safe
as $$ select coalesce(sum(upper(part) - lower(part)), 0)::bigint from unnest(sequences) as part $$;
comment on function count_sequences(int8multirange) is 'How many numbers are in it.';

create function limit_sequences(sequences int8multirange, most integer, out kept int8multirange, out truncated bigint)
language sql immutable strict parallel safe
as $$
  select
    case when floor is null then sequences else sequences + int8multirange(int8range(1, floor)) end,
    case when floor is null then 0 else floor - 1 - count_sequences(sequences * int8multirange(int8range(1, floor))) end
  from (
    select (select lower(part) from unnest(sequences) with ordinality as parts (part, place) where place = cardinality - most + 1)
    from (select count(*) as cardinality from unnest(sequences)) as counted
    where cardinality > most
    union all select null
    limit 1
  ) as limited (floor)
$$;
comment on function limit_sequences(int8multirange, integer) is
  'The same numbers in at most so many ranges: where there are more, the first gaps are filled, and truncated is how many numbers were missing in them.';

create table agent_producers (
  producer_epoch text primary key,
  status text not null default 'alive' check (status in ('alive', 'idle', 'gone', 'ended')),
  sender text,
  service_name text,
  service_version text,
  host_name text,
  process_pid bigint,
  producer text,
  started_at timestamptz,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  heartbeat_at timestamptz,
  heartbeat_partition integer,
  heartbeat_offset bigint,
  sent_at timestamptz,
  interval_ms integer,
  open_actions bigint,
  last_sequence bigint,
  unacknowledged bigint,
  given_up bigint,
  counters jsonb,
  sequences int8multirange not null default '{}',
  gaps_truncated bigint not null default 0,
  settling_sequence bigint not null default 0,
  settling_at timestamptz,
  settled_sequence bigint not null default 0,
  highest_sequence bigint generated always as (coalesce(upper(sequences) - 1, 0)) stored,
  contiguous_sequence bigint generated always as (lower('{[1,)}'::int8multirange - sequences) - 1) stored,
  missing bigint generated always as (
    gaps_truncated + settled_sequence - count_sequences(sequences * int8multirange(int8range(1, settled_sequence + 1)))) stored,
  abandoned_rows bigint not null default 0,
  abandoned_at timestamptz,
  judged_at timestamptz,
  updated_at timestamptz not null default clock_timestamp()
);
create index agent_producers_unjudged on agent_producers (updated_at) where judged_at is null;
create index agent_producers_updated_at on agent_producers (updated_at);
comment on table agent_producers is
  'One row a start of a producer: span processor, exporter, publisher or intake. Which of its numbers have arrived, and whether it is alive. Kept for 30 days after its last sign.';
comment on column agent_producers.producer_epoch is 'The header producer-epoch of its records.';
comment on column agent_producers.status is
  'alive; idle: not heard of any more, and nothing of it was open; gone: not heard of any more, and something was open; ended: it said so.';
comment on column agent_producers.sender is 'Namespace of the sender, as its heartbeat says it.';
comment on column agent_producers.service_name is 'service.name of its OpenTelemetry resource.';
comment on column agent_producers.service_version is 'service.version of its OpenTelemetry resource.';
comment on column agent_producers.host_name is 'host.name.';
comment on column agent_producers.process_pid is 'process.pid.';
comment on column agent_producers.producer is 'Package name and version.';
comment on column agent_producers.started_at is 'When it began, by its own clock.';
comment on column agent_producers.first_seen_at is 'Time of its earliest record in Kafka.';
comment on column agent_producers.last_seen_at is 'Time of its latest record in Kafka, heartbeats included.';
comment on column agent_producers.heartbeat_at is 'Time of its newest heartbeat in Kafka; null where it sends none. Such a producer is never taken for gone.';
comment on column agent_producers.heartbeat_partition is 'Partition of that heartbeat.';
comment on column agent_producers.heartbeat_offset is 'Offset of that heartbeat.';
comment on column agent_producers.sent_at is 'When the newest heartbeat was sent, by the producer''s own clock.';
comment on column agent_producers.interval_ms is 'Milliseconds between its heartbeats.';
comment on column agent_producers.open_actions is 'Actions and runs that it had published as running and not completed, by the newest heartbeat.';
comment on column agent_producers.last_sequence is 'Highest number that it had given, by the newest heartbeat.';
comment on column agent_producers.unacknowledged is 'Numbered records that Kafka had not acknowledged, by the newest heartbeat.';
comment on column agent_producers.given_up is 'Numbered records that it had given up, by the newest heartbeat.';
comment on column agent_producers.counters is 'What it had counted, by the newest heartbeat.';
comment on column agent_producers.sequences is
  'Numbers that have arrived. The gaps are: select unnest(''{[1,)}''::int8multirange - sequences).';
comment on column agent_producers.gaps_truncated is
  'Numbers that were missing in gaps that are no longer followed, because there were more than 10,000. They count as missing.';
comment on column agent_producers.settling_sequence is 'Highest number that was known at settling_at.';
comment on column agent_producers.settling_at is 'When settling_sequence was noted.';
comment on column agent_producers.settled_sequence is
  'What is missing up to this number is not merely late: all that stood in Kafka has been read since the number was known, and the grace has passed.';
comment on column agent_producers.highest_sequence is 'Highest number that has arrived.';
comment on column agent_producers.contiguous_sequence is 'Up to this number all have arrived.';
comment on column agent_producers.missing is 'How many numbers up to settled_sequence have not arrived.';
comment on column agent_producers.abandoned_rows is 'Actions and runs of it that became abandoned.';
comment on column agent_producers.abandoned_at is 'When that was last done; null when none did, or it was undone because the producer spoke again.';
comment on column agent_producers.judged_at is 'When it was found silent or ended, and its open rows abandoned; null while there were signs of it since.';
comment on column agent_producers.updated_at is 'When its last sign was stored.';

create table agent_producer_sequences (
  producer_epoch text not null,
  sequences int8multirange not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null
);
comment on table agent_producer_sequences is
  'Numbers that each transaction has stored, on their way to agent_producers: appended, so that writers never wait for each other; moved there every few seconds.';
comment on column agent_producer_sequences.producer_epoch is 'The header producer-epoch of the records.';
comment on column agent_producer_sequences.sequences is 'Their headers producer-sequence.';
comment on column agent_producer_sequences.first_seen_at is 'Time of the earliest of the records in Kafka.';
comment on column agent_producer_sequences.last_seen_at is 'Time of the latest.';

create view agent_producer_gaps as
  select producer_epoch, lower(gap) as first_sequence, upper(gap) - 1 as last_sequence, upper(gap) - lower(gap) as missing
  from agent_producers, unnest(int8multirange(int8range(1, settled_sequence + 1)) - sequences) as gap;
comment on view agent_producer_gaps is 'Ranges of numbers that are missing, up to settled_sequence.';
comment on column agent_producer_gaps.producer_epoch is 'Whose numbers.';
comment on column agent_producer_gaps.first_sequence is 'The first number that is missing.';
comment on column agent_producer_gaps.last_sequence is 'The last number that is missing.';
comment on column agent_producer_gaps.missing is 'How many.';

create view agent_producer_losses as
  select producer_epoch, status, service_name, host_name, process_pid, last_seen_at, missing, coalesce(given_up, 0) as given_up,
    greatest(missing - coalesce(given_up, 0) - case when status in ('alive', 'idle') then coalesce(unacknowledged, 0) else 0 end, 0) as lost
  from agent_producers
  where missing > 0;
comment on view agent_producer_losses is 'Producers with numbers that have not arrived, and how many of these nobody accounts for.';
comment on column agent_producer_losses.producer_epoch is 'The header producer-epoch of its records.';
comment on column agent_producer_losses.status is 'alive, idle, gone or ended.';
comment on column agent_producer_losses.service_name is 'service.name of its OpenTelemetry resource.';
comment on column agent_producer_losses.host_name is 'host.name.';
comment on column agent_producer_losses.process_pid is 'process.pid.';
comment on column agent_producer_losses.last_seen_at is 'Time of its latest record in Kafka.';
comment on column agent_producer_losses.missing is 'How many numbers up to settled_sequence have not arrived.';
comment on column agent_producer_losses.given_up is 'How many of them the producer gave up itself, and counted why.';
comment on column agent_producer_losses.lost is
  'The others, without those that a living producer still tries to send: nobody says why they are missing.';

-- Whoever writes actions writes these.
do $$
declare
  granted record;
begin
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_class, aclexplode(relacl)
    where pg_class.oid = 'agent_actions'::regclass and privilege_type = 'INSERT' and grantee <> relowner
  loop
    execute format('grant select, insert, update, delete on agent_producers to %s', granted.role);
    execute format('grant select on agent_producer_losses, agent_producer_gaps to %s', granted.role);
    execute format('grant select, insert, delete on agent_producer_sequences to %s', granted.role);
  end loop;
end
$$;
