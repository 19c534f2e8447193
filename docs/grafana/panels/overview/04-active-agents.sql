-- title: Agents at work
-- as: table
select agent_name, running_executions, running_actions, recent_actions, oldest_execution_started_at, last_activity_at
from agent_actions_v1.active_agents
order by last_activity_at desc
