-- A run may be summed up while the change feed still has a change of one of its executions. If that execution goes into another run before the feed
-- gets there, nothing said that it was counted in the first one, which kept it for good. So whoever sums up a run remembers where it saw its executions.

do $migration$
declare
  definition text := pg_get_functiondef('refresh_agent_runs(integer)'::regprocedure);
  place constant text := E'  summed as (\n';
begin
  if cardinality(string_to_array(definition, place)) <> 2 then
    raise exception 'refresh_agent_runs does not say "summed as (" once: was it changed by hand?'
      using hint = 'Make the function anew as the migration "sorted_runs" does, and migrate again.';
  end if;
  execute replace(definition, place, $$  seen_here as materialized (
    select execution_id, execution.correlation_id, earlier.correlation_id as earlier_id
    from agent_execution_logs execution left join agent_run_executions earlier using (execution_id)
    where execution.correlation_id = any (wanted) and execution.correlation_id is distinct from earlier.correlation_id
  ),
  remembered as (
    insert into agent_run_executions select execution_id, correlation_id from seen_here
    on conflict (execution_id) do update set correlation_id = excluded.correlation_id
  ),
  left_behind as (
    insert into agent_statistics_marks (resolution, correlation_id)
    select distinct 'run', earlier_id from seen_here where earlier_id is not null
  ),
$$ || place);
end
$migration$;
