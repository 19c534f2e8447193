-- title: Executions that have been running for more than an hour
-- as: table
select execution_id, agent_name, user_prompt, started_at
from agent_actions_v1.stuck_executions('1 hour')
