-- title: Transformations past the router
-- as: table
select happened_at, source_agent, target_agent, transformation_reason, correlation_id
from agent_actions_v1.routing_bypasses
where $__timeFilter(happened_at)
order by happened_at desc
limit 100
