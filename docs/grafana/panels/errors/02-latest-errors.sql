-- title: The latest failures
-- as: table
select happened_at, kind, agent_name, name, error_type, error_message, correlation_id
from agent_actions_v1.errors
where $__timeFilter(happened_at)
order by happened_at desc
limit 200
