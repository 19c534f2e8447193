-- title: Tools
-- as: table
select action_name as tool_name, count(*) as calls, count(*) filter (where failed) as failed, percentile_disc(0.95) within group (order by duration_ms) as p95_ms
from agent_actions_v1.actions
where $__timeFilter(started_at) and action_type = 'tool_call'
group by action_name
order by calls desc
limit 50
