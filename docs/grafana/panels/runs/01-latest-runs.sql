-- title: Runs
-- as: table
select started_at, title, state, agents, actions, failed_actions, duration_ms, correlation_id
from agent_actions_v1.runs_between($__timeFrom(), $__timeTo())
order by started_at desc
limit 100
