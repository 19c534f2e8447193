-- The rule of loops in SQL needs fewer calls where the answer that they all have is about what was asked for, as src/analysis/step.ts does while calls come.

do $$
declare
  tables text := current_schema();
  views text := case when tables = 'public' then 'agent_actions_v1' else left(tables, 46) || '_agent_actions_v1' end;
begin
  perform set_config('agent_actions.search_path', current_setting('search_path'), false);
  perform set_config('search_path', format('%I, %I', views, tables), false);
end
$$;

drop function loop_steps(uuid, text);

create function loop_steps(run uuid, agent text)
returns table (
  place bigint, id uuid, tool text, starts float8, stops float8, tokens_before float8, is_bare boolean, is_telling boolean, is_specific boolean, may_change boolean, failed boolean, is_error boolean, is_after_wait boolean,
  is_longer_pause boolean, by_pair text, by_call text, by_outcome text, file text, content text)
language sql stable parallel safe rows 100
begin atomic
  with cut as (
    select actions.id, actions.action_name as tool, actions.action_type = 'decision' as is_turn, actions.failed,
      (extract(epoch from actions.started_at) * 1000)::float8 as starts, (extract(epoch from coalesce(actions.ended_at, actions.started_at)) * 1000)::float8 as stops,
      coalesce(actions.error_group, actions.error_type) as error, actions.action_details as details,
      case when length(texts.parameters) <= 4096 then texts.parameters else left(texts.parameters, 4096) || md5(texts.parameters) end as parameters,
      case when length(texts.result) <= 4096 then texts.result else left(texts.result, 4096) || md5(texts.result) end as result,
      touched.file_path_hash as file, touched.content_hash_before as hash_before, touched.content_hash_after as hash_after
    from actions
      left join files_touched as touched on touched.correlation_id = run and touched.action_id = actions.id and touched.started_at = actions.started_at
        and touched.operation_type in ('write', 'edit', 'create')
      cross join lateral (
        -- "offset 0": read and written as text once.
        select case when actions.action_type = 'tool_call' then (actions.action_details -> 'tool_parameters')::text end as parameters,
          case when actions.action_type = 'tool_call' then (actions.action_details -> 'tool_result')::text end as result offset 0
      ) as texts
    where actions.correlation_id = run and actions.agent_name = agent and actions.state = 'ended'
      and (actions.action_type = 'tool_call'
        or (actions.action_type = 'decision' and actions.action_details ?| array['input_tokens', 'output_tokens']))
  ),
  deeds as (
    select cut.*,
      case when is_turn then
        case when jsonb_typeof(details -> 'input_tokens') = 'number' then (details -> 'input_tokens')::float8 else 0 end
        + case when jsonb_typeof(details -> 'output_tokens') = 'number' then (details -> 'output_tokens')::float8 else 0 end
      else 0 end as tokens,
      not is_turn and (
        tool ~ '(?:^|[._/-])(?:sleep|wait|delay|pause)(?:$|[._-]|For|Until)|(?:^|[a-z])(?:Sleep|Wait)(?:$|For|Until)'
        or coalesce(parameters ~
          '(?<![A-Za-z0-9_])(?:sleep\s+[0-9.$]|Start-Sleep(?![A-Za-z0-9_])|time\.sleep\(|timeout /t(?![A-Za-z0-9_]))', false)
      ) as is_wait,
      coalesce(hash_after, md5(coalesce(details #>> '{tool_parameters,new_string}', details #>> '{tool_parameters,content}'))) as content,
      -- A write that changed the file again is another one, although it says the same.
      case when hash_before <> hash_after then hash_after end as changed_to
    from cut
  ),
  numbered as (
    select deeds.*, count(*) filter (where not is_turn and not is_wait) over earlier as calls_before, coalesce(sum(tokens) over earlier, 0) as tokens_before
    from deeds
    window earlier as (order by stops, id rows between unbounded preceding and 1 preceding)
  ),
  between_calls as (
    select calls_before, coalesce(sum(greatest(0, stops - starts)) filter (where is_turn), 0) as turn_millis, bool_or(is_turn) as has_turns, bool_or(is_wait) as has_waits
    from numbered where is_turn or is_wait group by calls_before
  ),
  keyed as (
    select numbered.*, greatest(0, starts - lag(stops) over (order by calls_before)) as gap, turn_millis, coalesce(has_turns, false) as has_turns,
      coalesce(has_waits, false) as has_waits, md5(comparable_call(parameters)) as asked,
      case when result <> 'null' then md5(comparable_result(result)) end as answer
    from numbered left join between_calls using (calls_before)
    where not is_turn and not is_wait
  ),
  paused as (
    select keyed.*, regexp_replace(regexp_replace(tool, '[^A-Za-z0-9]', '_', 'g'), '([a-z0-9])(?=[A-Z])', '\1_', 'g') ~*
        '(?:^|_)(?:write|edit|create|update|delete|remove|insert|append|replace|patch|put|post|send|set|add|move|rename|copy|mkdir|save|upload|submit|click|type|press|fill|scroll|navigate|todo|apply|run|exec|bash|shell|python|commit|push|install)'
        as may_change, case when has_turns then greatest(0, gap - turn_millis) else gap end as pause,
      regexp_replace(regexp_replace(tool, '[^A-Za-z0-9]', '_', 'g'), '([a-z0-9])(?=[A-Z])', '\1_', 'g') ~* '(?:^|_)(?:run|exec|execute|bash|shell|sh|python|terminal|command)(?:$|_)' as runs,
      case when failed then coalesce(error, answer, 'failed') else answer end as outcome
    from keyed
  ),
  -- How much a result says: that other calls that are answered so too gained nothing, or asked for the same thing in other words.
  weighed as (
    select paused.*, coalesce(not failed and length(result) >= 64 and (not may_change or runs), false) as is_specific from paused
  )
  select calls_before + 1, id, tool, starts, stops, tokens_before, coalesce(parameters in ('{}', 'null'), false),
    is_specific or coalesce(not failed and (length(result) >= 200 or (length(result) > 2 and not may_change)), false), is_specific, may_change, failed,
    failed or coalesce(
      left(result, 120) ~* ('(?<!(?:(?<![a-z0-9_])(?:0|no|without) ))(?<![a-z0-9_])(?:error|failed|failure|exception|traceback|invalid|denied|refused|forbidden|unauthorized'
        '|no such|not found|(?:does|did|could) not|cannot|unable to|timed out)(?![a-z0-9_])(?!"?: ?(?:null|false|0|""|\[\]|\{\}))')
      and left(result, 120) !~* '"(?:success|ok)": ?true', false),
    calls_before > 0 and (has_waits or pause >= case when has_turns then 3000 else 20000 end),
    calls_before > 0 and pause >= 400 and pause >= coalesce(lag(pause) over (order by calls_before), 0) * 1.4::float8,
    case when asked is not null and outcome is not null then md5(jsonb_build_array(tool, asked, outcome, failed, changed_to)::text) end,
    case when asked is not null then md5(jsonb_build_array(tool, asked, changed_to)::text) end,
    case when outcome is not null then md5(jsonb_build_array(tool, outcome, failed)::text) end,
    case when content is not null then file end, content
  from weighed
  order by calls_before;
end;
comment on function loop_steps(uuid, text) is
  'The calls of an agent in a run as the rule of loops compares them, in the order of their end. Two calls are the same, with the same answer, where by_pair is equal; the same, whatever the answer, by by_call; answered alike by by_outcome. is_telling: other calls that are answered so too gained nothing. is_specific: they asked for the same thing in other words. may_change: the tool may change something, by its name. is_error: it failed, or its result says so. is_after_wait: the agent waited before it. Times are milliseconds since 1970.';

-- The rest of the rule stays as it is, so only what changes of it is written here.
do $migration$
declare
  definition text := pg_get_functiondef('loops_in_run(uuid, text)'::regprocedure);
  change text[];
begin
  foreach change slice 1 in array array[
    ['telling boolean[];', 'telling boolean[]; specific boolean[];'],
    ['array_agg(is_telling order by place),', 'array_agg(is_telling order by place), array_agg(is_specific order by place),'],
    ['bare, telling, changing,', 'bare, telling, specific, changing,'],
    ['if stretch >= 12 then', 'if stretch >= (case when specific[place] then 6 else 12 end) then']
  ] loop
    if cardinality(string_to_array(definition, change[1])) <> 2 then
      raise exception 'loops_in_run does not say "%" once: was it changed by hand?', change[1]
        using hint = 'Make the function anew as the migration before this one does, and migrate again.';
    end if;
    definition := replace(definition, change[1], change[2]);
  end loop;
  execute definition;
end
$migration$;

select set_config('search_path', current_setting('agent_actions.search_path'), false);
