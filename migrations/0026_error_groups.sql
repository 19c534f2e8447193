-- Whether an agent has an error for the first time is one look into an index. Names of projects have no bound, entries of an index have one.

create index agent_actions_error_group on agent_actions (error_group, agent_name, left(coalesce(project_name, ''), 200), created_at)
  where error_group is not null;
comment on index agent_actions_error_group is 'Error groups by agent and project, the first time first.';

comment on column agent_notices.rule is 'What it was noticed by: loop, silence, stuck, collision, novelty, anomaly, regression or pipeline.';
