-- title: Actions that were abandoned
-- as: table
select started_at, agent_name, action_name, last_seen_at, correlation_id
from agent_actions_v1.actions
where $__timeFilter(started_at) and state = 'abandoned'
order by started_at desc
limit 100
