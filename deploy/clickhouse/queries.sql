-- Each with `final`: an action that has two events by now and is not merged yet counts once.

-- Recent actions
select created_at, agent_name, action_type, action_name, status, duration_ms
from agent_actions.agent_actions final
order by created_at desc
limit 20;

-- Actions of one run
select action_type, action_name, duration_ms, action_details, created_at
from agent_actions.agent_actions final
where correlation_id = {run: UUID}
order by created_at;

-- Tool call statistics
select action_name, count() as call_count, avg(duration_ms) as avg_duration_ms, max(duration_ms) as max_duration_ms,
  quantileTDigest(0.95)(duration_ms) as p95_duration_ms
from agent_actions.agent_actions final
where action_type = 'tool_call' and status not in ('running', 'superseded')
group by action_name
order by call_count desc;

-- Error analysis
select agent_name, action_name, error_message, count() as error_count
from agent_actions.agent_actions final
where status = 'error'
group by agent_name, action_name, error_message
order by error_count desc;

-- A text anywhere in the details
select created_at, agent_name, action_name, correlation_id
from agent_actions.agent_actions final
where lower(action_details) like concat('%', lower({text: String}), '%')
order by created_at desc
limit 50;
