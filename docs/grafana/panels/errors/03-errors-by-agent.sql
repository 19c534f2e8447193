-- title: Failures by agent
-- as: table
select agent_name, kind, count(*) as failures
from agent_actions_v1.errors
where $__timeFilter(happened_at)
group by agent_name, kind
order by failures desc
