-- title: Actions
-- as: table
select started_at, agent_name, action_type, action_name, state, failed, duration_ms, correlation_id
from agent_actions_v1.actions
where $__timeFilter(started_at)
order by started_at desc
limit 200
