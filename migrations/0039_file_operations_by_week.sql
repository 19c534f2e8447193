-- agent_file_operations in the same weeks as agent_actions, so that a week of it goes without deleting its rows.
--
-- A partitioned table cannot be made of a plain one, so a new table takes the name, and the one with the rows becomes its first part, up to next
-- Monday: no row is copied. What stands on the plain table by its identity is put on the new one: views, functions, triggers, policies, grants,
-- indexes. What cannot be is named, and nothing is changed.

create function ensure_agent_file_operations_partition(at timestamptz) returns boolean
language plpgsql security definer
-- As for agent_actions: a caller that gets SQLSTATE 55P03 goes on, and its rows land in the default partition.
set lock_timeout = '1s'
as $$
declare
  first_day timestamptz;
  next_week timestamptz;
  week text;
begin
  if at is null or not isfinite(at) or at < now() - interval '5 years' or at > now() + interval '5 weeks' then
    return false;
  end if;
  first_day := date_trunc('week', at, 'UTC');
  next_week := first_day + interval '168 hours';
  week := to_char(first_day at time zone 'UTC', '"agent_file_operations_w"YYYYMMDD');
  if to_regclass(week) is not null or first_day < agent_file_operations_earlier_end() then
    return true;
  end if;
  lock table only agent_file_operations in share update exclusive mode;
  lock table agent_file_operations_default in access exclusive mode;
  if to_regclass(week) is not null or first_day < agent_file_operations_earlier_end() then
    return true;
  end if;
  execute format('create table %I (like agent_file_operations including all excluding comments)', week);
  execute format(
    'with moved as (delete from agent_file_operations_default where created_at >= $1 and created_at < $2 returning *)
     insert into %I select * from moved', week)
    using first_day, next_week;
  execute format(
    'alter table agent_file_operations attach partition %I for values from (%L) to (%L)', week, first_day, next_week);
  return true;
end
$$;
comment on function ensure_agent_file_operations_partition(timestamptz) is
  'Makes the week of agent_file_operations that this time belongs to, unless there is a partition that takes it. False: no reasonable date, the default partition takes it.';

create function agent_file_operations_earlier_end() returns timestamptz
language sql stable
as $$
  select substring(pg_get_expr(relpartbound, oid) from 'TO \(''([^'']+)''\)')::timestamptz
  from pg_class where oid = to_regclass('agent_file_operations_earlier') and relispartition
$$;
comment on function agent_file_operations_earlier_end() is
  'End of agent_file_operations_earlier, which has the rows from before there were weeks; null where it was dropped, or never was.';

do $$
declare
  plain constant regclass := 'agent_file_operations'::regclass;
  home constant text := quote_ident(current_schema());
  names constant text := current_setting('search_path');
  next_week constant timestamptz := date_trunc('week', now(), 'UTC') + interval '168 hours';
  in_the_way text;
  replaced text[];
  triggers text[];
  policies text[];
  grants text[];
  indexes text[];
  secured record;
  old record;
  statement text;
begin
  lock table agent_file_operations in access exclusive mode;

  select string_agg(what, ', ' order by what) into in_the_way from (
    select format('%s %s', case relkind when 'm' then 'materialized view' when 'v' then 'view of another owner' else 'rule on' end, ev_class::regclass) as what
    from pg_depend join pg_rewrite on pg_rewrite.oid = objid join pg_class on pg_class.oid = ev_class
    where classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass and refobjid = plain
      and (relkind <> 'v' or not pg_has_role(relowner, 'usage'))
    union
    select format('function of another owner %s', pg_proc.oid::regprocedure)
    from pg_depend join pg_proc on pg_proc.oid = objid
    where classid = 'pg_proc'::regclass and refclassid = 'pg_class'::regclass and refobjid = plain and not pg_has_role(proowner, 'usage')
    union
    select format('foreign key %I of %s', conname, conrelid::regclass) from pg_constraint where contype = 'f' and plain in (conrelid, confrelid)
    union
    select format('publication %I', pubname) from pg_publication_rel join pg_publication on pg_publication.oid = prpubid where prrelid = plain
    union
    select format('unique index %s', indexrelid::regclass)
    from pg_index where indrelid = plain and (indisunique or indisexclusion) and not indisprimary
    union
    select format('inheritance of %s', inhrelid::regclass) from pg_inherits where plain in (inhparent, inhrelid)
    union
    select format('the use of its row type by %s', pg_describe_object(classid, objid, objsubid))
    from pg_depend join pg_class on pg_class.oid = plain
    where refclassid = 'pg_type'::regclass and refobjid = reltype and deptype = 'n'
  ) as found;
  if in_the_way is not null then
    raise exception 'other objects depend on the table agent_file_operations, which becomes a partitioned one: %', in_the_way
      using errcode = 'dependent_objects_still_exist', hint = 'Drop these, run agent-actions migrate, and make them again.';
  end if;

  -- With an empty path every name is written with its schema, and means the new table once that has the name.
  perform set_config('search_path', '', true);
  select array_agg(definition) into replaced from (
    select format('create or replace view %s%s as %s', ev_class::regclass,
      (select format(' with (%s)', array_to_string(reloptions, ', ')) from pg_class where oid = ev_class and reloptions is not null),
      pg_get_viewdef(ev_class)) as definition
    from (
      select distinct ev_class from pg_depend join pg_rewrite on pg_rewrite.oid = objid
      where classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass and refobjid = plain
    ) as views
    union all
    select pg_get_functiondef(objid) from (
      select distinct objid from pg_depend where classid = 'pg_proc'::regclass and refclassid = 'pg_class'::regclass and refobjid = plain
    ) as functions
  ) as definitions;
  select array_agg(pg_get_triggerdef(oid) order by oid) || array_agg(format('alter table %s %s trigger %I', plain,
      case tgenabled when 'D' then 'disable' when 'A' then 'enable always' when 'R' then 'enable replica' else 'enable' end, tgname) order by oid),
    array_agg(format('drop trigger %I on %s', tgname, plain))
  into triggers, indexes from pg_trigger where tgrelid = plain and not tgisinternal;
  foreach statement in array coalesce(indexes, '{}') loop
    execute statement;
  end loop;
  select array_agg(format('create policy %I on %s as %s for %s to %s%s%s', polname, plain, case when polpermissive then 'permissive' else 'restrictive' end,
    case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
    (select string_agg(case when role = 0 then 'public' else quote_ident(pg_get_userbyid(role)) end, ', ') from unnest(polroles) as role),
    ' using (' || pg_get_expr(polqual, polrelid) || ')', ' with check (' || pg_get_expr(polwithcheck, polrelid) || ')'))
  into policies from pg_policy where polrelid = plain;
  select array_agg(format('grant %s%s on %s to %s%s', privilege_type, of_column, plain,
    case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end, case when is_grantable then ' with grant option' end))
  into grants from (
    select privilege_type, '' as of_column, grantee, is_grantable from pg_class, aclexplode(relacl) where oid = plain and grantee <> relowner
    union all
    select privilege_type, format(' (%I)', attname), grantee, is_grantable from pg_attribute, aclexplode(attacl)
    where attrelid = plain and attnum > 0 and not attisdropped
  ) as given;
  select array_agg(format('create index %I on %s%s', relname, plain, substring(pg_get_indexdef(indexrelid) from ' USING .*'))) into indexes
  from pg_index join pg_class on pg_class.oid = indexrelid where indrelid = plain and not indisprimary;
  select relrowsecurity as is_on, relforcerowsecurity as is_forced, pg_get_userbyid(relowner) as owner into secured from pg_class where oid = plain;
  perform set_config('search_path', names, true);

  alter table agent_file_operations rename to agent_file_operations_earlier;
  for old in select relname from pg_index join pg_class on pg_class.oid = indexrelid where indrelid = plain loop
    execute format('alter index %I rename to %I', old.relname, left(old.relname, 55) || '_earlier');
  end loop;
  alter table agent_file_operations_earlier add column merged_at timestamptz;
  comment on column agent_file_operations_earlier.merged_at is 'When another event about the action last filled something in.';
  create table agent_file_operations (like agent_file_operations_earlier including all excluding indexes excluding statistics)
    partition by range (created_at);
  alter table agent_file_operations add constraint agent_file_operations_pkey primary key (action_id, created_at);
  create table agent_file_operations_default partition of agent_file_operations default;
  foreach statement in array coalesce(indexes, '{}') || coalesce(grants, '{}') || coalesce(policies, '{}') || coalesce(replaced, '{}') loop
    execute statement;
  end loop;
  if secured.is_on then
    alter table agent_file_operations enable row level security;
  end if;
  if secured.is_forced then
    alter table agent_file_operations force row level security;
  end if;
  if secured.owner <> current_user then
    execute format('alter table agent_file_operations owner to %I', secured.owner);
    execute format('alter table agent_file_operations_default owner to %I', secured.owner);
  end if;

  if exists (select from agent_file_operations_earlier) then
    with moved as (delete from agent_file_operations_earlier where created_at >= next_week returning *)
    insert into agent_file_operations select * from moved;
    execute format(
      'alter table agent_file_operations attach partition agent_file_operations_earlier for values from (minvalue) to (%L)', next_week);
    comment on table agent_file_operations_earlier is 'File operations from before their table had weeks, and those that began before its end.';
  else
    drop table agent_file_operations_earlier;
  end if;
  -- Last: rows that were moved are no new ones.
  foreach statement in array coalesce(triggers, '{}') loop
    execute statement;
  end loop;
end
$$;

comment on table agent_file_operations is
  'What tool calls did to files: one row a tool call, written with its action. One partition a week (Monday, UTC), as in agent_actions.';
comment on table agent_file_operations_default is
  'File operations whose date is more than five years back or five weeks ahead, and those that came before their week was made.';

do $$
declare
  granted record;
begin
  execute format('alter function ensure_agent_file_operations_partition(timestamptz) set search_path = %I, pg_temp', current_schema());
  execute format('alter function agent_file_operations_earlier_end() set search_path = %I, pg_temp', current_schema());
  revoke execute on function ensure_agent_file_operations_partition(timestamptz) from public;
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_proc, aclexplode(proacl)
    where oid = 'ensure_agent_actions_partition(timestamptz)'::regprocedure and grantee <> proowner
  loop
    execute format('grant execute on function ensure_agent_file_operations_partition(timestamptz) to %s', granted.role);
  end loop;
end
$$;

select ensure_agent_file_operations_partition(now());
select ensure_agent_file_operations_partition(now() + interval '1 week');
