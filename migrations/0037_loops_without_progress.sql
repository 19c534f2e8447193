-- The rule of loops in SQL also finds calls of which nothing new comes, as src/analysis/no-progress.ts does while calls come.

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
  place bigint, id uuid, tool text, starts float8, stops float8, tokens_before float8, is_bare boolean, is_telling boolean, may_change boolean, failed boolean, is_error boolean, is_after_wait boolean,
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
      case when failed then coalesce(error, answer, 'failed') else answer end as outcome
    from keyed
  )
  select calls_before + 1, id, tool, starts, stops, tokens_before, coalesce(parameters in ('{}', 'null'), false),
    coalesce(not failed and (length(result) >= 200 or (length(result) > 2 and not may_change)), false), may_change, failed,
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
  from paused
  order by calls_before;
end;
comment on function loop_steps(uuid, text) is
  'The calls of an agent in a run as the rule of loops compares them, in the order of their end. Two calls are the same, with the same answer, where by_pair is equal; the same, whatever the answer, by by_call; answered alike by by_outcome. is_telling: other calls that are answered so too gained nothing. may_change: the tool may change something, by its name. is_error: it failed, or its result says so. is_after_wait: the agent waited before it. Times are milliseconds since 1970.';

create or replace function loops_in_run(run uuid, agent text)
returns table (
  kind text, is_going boolean, calls integer, seconds numeric, tokens bigint, tools text[], period integer, failed boolean, began_at timestamptz,
  last_seen_at timestamptz, action_ids uuid[])
language plpgsql stable parallel safe rows 1 cost 1000
set search_path from current
-- Compiling takes longer than the calls of most runs do.
set jit = off
as $$
#variable_conflict use_variable
declare
  -- One entry a call, in the order of their end.
  ids uuid[]; names text[]; begins float8[]; ends float8[]; spent float8[]; bare boolean[]; telling boolean[]; changing boolean[]; fails boolean[]; errs boolean[]; waited boolean[];
  longer boolean[]; pair_keys text[]; call_keys text[]; outcome_keys text[]; paths text[]; contents text[]; is_file_open boolean[];
  -- One entry a loop: its first call, the one that decided, the last.
  kinds text[] := '{}'; periods integer[] := '{}'; signatures text[] := '{}'; firsts integer[] := '{}'; begun integer[] := '{}'; deciders integer[] := '{}';
  counts integer[] := '{}'; lasts integer[] := '{}'; costs float8[] := '{}'; all_failed boolean[] := '{}';
  -- How many calls in a row equal the one before: of a round of each length, by call, by outcome, by error.
  pairs integer[] := array_fill(0, array[8]);
  alike integer := 0; answers integer := 0; errors integer := 0; pauses integer := 0;
  -- Calls of which nothing new comes: what speaks for it, calls since the first that is repeated, and up to the last that repeats one, as counted; how
  -- many calls before the next one it may be compared with, and how many there are since something may have changed.
  points integer := 0; standing integer := 0; stale integer := 0; counted integer := 0; comparable integer := 0; unchanged integer := 0;
  alike_places integer[]; repeats integer; is_standstill boolean;
  current integer; past integer; past_end integer := 0; since integer := 0;
  goes_on boolean; stretch integer; known integer; lap integer; needed integer; first integer; word text; signature text; file record;
begin
  select array_agg(step.id order by place), array_agg(tool order by place), array_agg(starts order by place), array_agg(stops order by place),
    array_agg(tokens_before order by place), array_agg(is_bare order by place), array_agg(is_telling order by place), array_agg(may_change order by place), array_agg(step.failed order by place), array_agg(is_error order by place),
    array_agg(is_after_wait order by place), array_agg(is_longer_pause order by place), array_agg(by_pair order by place), array_agg(by_call order by place),
    array_agg(by_outcome order by place), array_agg(step.file order by place), array_agg(step.content order by place), array_agg(false order by place)
  into ids, names, begins, ends, spent, bare, telling, changing, fails, errs, waited, longer, pair_keys, call_keys, outcome_keys, paths, contents, is_file_open
  from loop_steps(run, agent) as step;
  if ids is null then
    return;
  end if;

  -- Files that go back and forth: writes that bring back the content before the last one, three in a row.
  for file in
    with writes as (
      select step.place, step.path, step.content, lag(step.content) over (partition by step.path order by place) as before
      from unnest(paths, contents, fails) with ordinality as step (path, content, fails, place) where step.path is not null and not step.fails
    ),
    other_writes as (
      select writes.*, coalesce(content = lag(content, 2) over of_file, false) as returns, lag(place) over of_file as place_before
      from writes where content is distinct from before
      window of_file as (partition by path order by place)
    ),
    stretches as (
      select other_writes.*, count(*) filter (where not returns) over (partition by path order by place) as number from other_writes
    ),
    back_and_forth as (
      select array_agg(place order by place) as places, min(place_before) as opens_with, path, number
      from stretches group by path, number
    )
    select opens_with || places as places, lead(places[1]) over (partition by path order by number) as closed_by from back_and_forth
    order by places[1]
  loop
    continue when cardinality(file.places) < 5 or file.places[1] is null;
    for place in file.places[5] .. coalesce(file.closed_by - 1, cardinality(ids)) loop
      is_file_open[place] := true;
    end loop;
    kind := 'file_ping_pong';
    period := 2;
    calls := cardinality(file.places);
    failed := false;
    tools := array[names[file.places[4]], names[file.places[5]]];
    began_at := to_timestamp(begins[file.places[1]] / 1000);
    last_seen_at := to_timestamp(ends[file.places[calls]] / 1000);
    seconds := round((greatest(0, ends[file.places[calls]] - begins[file.places[1]]) / 1000)::numeric, 3);
    tokens := spent[file.places[calls]] - spent[file.places[1]];
    action_ids := array(select ids[shown] from unnest(file.places[1:5]) as shown) 
      || case when calls > 5 then array[ids[file.places[calls]]] else '{}' end;
    is_going := file.closed_by is null and last_seen_at > now() - interval '10 minutes';
    return next;
  end loop;

  for place in 1 .. cardinality(ids) loop
    for length in 1 .. 8 loop
      pairs[length] := case when not waited[place] and pair_keys[place] = pair_keys[place - length] then pairs[length] + 1 else 0 end;
    end loop;
    alike := case when not waited[place] and call_keys[place] = call_keys[place - 1] then alike + 1 else 0 end;
    answers := case when not waited[place] and telling[place] and outcome_keys[place] = outcome_keys[place - 1] then answers + 1 else 0 end;
    errors := case when not waited[place] and errs[place] and outcome_keys[place] = outcome_keys[place - 1] then errors + 1 else 0 end;
    pauses := case when longer[place] then pauses + 1 else 0 end;

    if waited[place] then
      points := 0; standing := 0; stale := 0; comparable := 0; unchanged := 0;
    end if;
    alike_places := case when pair_keys[place] is not null then array_positions(pair_keys[place - comparable : place - 1], pair_keys[place]) end;
    repeats := coalesce(cardinality(alike_places), 0);
    if repeats = 0 and outcome_keys[place] is not null then
      alike_places := array_positions(outcome_keys[place - comparable : place - 1], outcome_keys[place]);
    end if;
    if paths[place] is not null and not fails[place] then
      points := 0; standing := 0; stale := 0; comparable := 0; unchanged := -1;
    elsif alike_places[1] is null or (repeats = 0 and not errs[place]) then
      standing := standing + 1;
      if alike_places[1] is not null and telling[place] then
        points := points - 6;
      elsif not errs[place] and (changing[place] or outcome_keys[place] is null) then
        points := 0; unchanged := -1;
      else
        points := points - 16;
      end if;
      if points <= 0 then
        points := 0; standing := 0; stale := 0;
      end if;
    else
      if points = 0 then
        standing := least(comparable - alike_places[1] + 1, unchanged);
      end if;
      standing := standing + 1;
      if pauses < 2 then
        stale := standing;
        points := least(48, points + case when repeats >= 2 then 12 when repeats = 1 then case when errs[place] then 8 else 3 end else 6 end);
      end if;
    end if;
    comparable := least(10, comparable + 1);
    unchanged := unchanged + 1;
    is_standstill := points >= 35 and stale = standing;

    if current is not null then
      goes_on := case kinds[current] when 'same_result' then answers when 'same_error' then errors when 'same_call_varying' then alike
        when 'no_progress' then points else pairs[periods[current]] end > 0;
      costs[current] := spent[place] - spent[firsts[current]];
      if goes_on then
        if kinds[current] <> 'no_progress' then
          counts[current] := counts[current] + 1;
          lasts[current] := place;
        elsif stale > counted then
          counts[current] := counts[current] + stale - counted;
          lasts[current] := place;
        end if;
        counted := stale;
        continue;
      end if;
      past := current;
      past_end := place - 1;
      since := place - 1;
      current := null;
      points := 0; standing := 0; stale := 0; comparable := 1; unchanged := 1; is_standstill := false;
    end if;
    continue when is_file_open[place];

    -- Which loop this call makes, of which so many calls in a row are alike. Pauses that grow all the time are those of a retry that backs off.
    kind := null;
    lap := 1;
    known := least(pairs[1] + 1, place - since);
    if pairs[1] > 0 and known >= (case when fails[place] then 4 else 5 end) and pauses < known - 2 then
      kind := 'same_call';
      stretch := known;
    end if;
    if kind is null and errors > 0 then
      stretch := least(errors + 1, place - since);
      if stretch >= 6 and pauses < stretch - 2 then
        kind := 'same_error';
      end if;
    end if;
    if kind is null and (pairs[1] = 0 or known <= 1) then
      for length in 2 .. 8 loop
        stretch := least(pairs[length] + length, place - since);
        if pairs[length] > 0 and stretch >= length * (case when is_standstill then 2 when length <= 3 then 4 else 3 end) then
          kind := 'cycle';
          lap := length;
          exit;
        end if;
      end loop;
    end if;
    if kind is null and answers > 0 then
      stretch := least(answers + 1, place - since);
      if stretch >= 12 then
        kind := 'same_result';
      end if;
    end if;
    if kind is null and alike > 0 then
      needed := case when bare[place] then 30 else 12 end;
      stretch := least(alike + 1, place - since);
      if stretch >= needed and pauses < needed - 2 then
        kind := 'same_call_varying';
      end if;
    end if;
    if kind is null and is_standstill then
      kind := 'no_progress';
      stretch := stale;
    end if;
    continue when kind is null;

    -- No more calls are looked back at than are kept while calls come.
    stretch := least(stretch, case when place < 128 then place else 64 + (place - 128) % 64 end);
    first := place - stretch + 1;
    counted := stale;
    signature := kind;
    for word in
      select case kind when 'same_call_varying' then call_keys[each] when 'same_result' then outcome_keys[each] when 'same_error' then outcome_keys[each]
        else pair_keys[each] end
      from generate_series(place - lap + 1, place) as each order by 1
    loop
      signature := signature || ' ' || word;
    end loop;
    if kind = 'no_progress' then
      select kind || ' ' || string_agg(distinct tool, ' ') into signature from unnest(names[first:place]) as tool;
    end if;
    if past is not null and signatures[past] = signature and place - past_end <= 20 + stretch then
      -- It goes on where it was left.
      current := past;
      counts[current] := counts[current] + stretch;
    else
      current := cardinality(kinds) + 1;
      kinds[current] := kind;
      periods[current] := lap;
      signatures[current] := signature;
      firsts[current] := first;
      begun[current] := least(stretch, 11);
      deciders[current] := place;
      counts[current] := stretch;
      all_failed[current] := not (false = any (fails[first:place]));
    end if;
    lasts[current] := place;
    costs[current] := spent[place] - spent[firsts[current]];
  end loop;

  for number in 1 .. cardinality(kinds) loop
    first := firsts[number];
    kind := kinds[number];
    period := periods[number];
    calls := counts[number];
    failed := all_failed[number];
    tools := case when kind = 'no_progress' then array(select distinct tool collate "C" from unnest(names[first:deciders[number]]) as tool order by 1)
      else names[deciders[number] - period + 1 : deciders[number]] end;
    began_at := to_timestamp(begins[first] / 1000);
    last_seen_at := to_timestamp(ends[lasts[number]] / 1000);
    seconds := round((greatest(0, ends[lasts[number]] - begins[first]) / 1000)::numeric, 3);
    tokens := costs[number];
    action_ids := ids[first : first + begun[number] - 1];
    if ids[lasts[number]] <> all (action_ids) then
      action_ids := action_ids || ids[lasts[number]];
    end if;
    is_going := number is not distinct from current and last_seen_at > now() - interval '10 minutes';
    return next;
  end loop;
end
$$;
comment on column notices.kind is 'Of a loop: same_call, same_call_varying, same_result, same_error, cycle, file_ping_pong or no_progress.';
comment on column loops.kind is 'same_call, same_call_varying, same_result, same_error, cycle, file_ping_pong or no_progress.';
comment on column loops_in_rows.kind is 'same_call, same_call_varying, same_result, same_error, cycle, file_ping_pong or no_progress.';
comment on column loops_in_rows.tools is 'Tools of one round; of no_progress, of all calls.';

select set_config('search_path', current_setting('agent_actions.search_path'), false);
