-- title: More than a fifth of the tool calls of the last 15 minutes failed, of 20 or more
-- above: 20
select case when count(*) >= 20 then round(100.0 * count(*) filter (where failed) / count(*), 1) else 0 end as percent
from agent_actions_v1.actions
where started_at > now() - interval '15 minutes' and action_type = 'tool_call' and state = 'ended'
