-- title: Agents that routers chose
-- as: table
select selected_agent, sum(decisions) as decisions, sum(succeeded) as succeeded, sum(failed) as failed, max(p95_ms) as worst_p95_ms
from agent_actions_v1.routing_agents
where day between date_trunc('day', $__timeFrom()::timestamptz, 'UTC') and $__timeTo()
group by selected_agent
order by decisions desc
