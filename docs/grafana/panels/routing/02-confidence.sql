-- title: Confidence against what came of it
-- as: table
select confidence_from, sum(decisions) as decisions, sum(succeeded) as succeeded, sum(failed) as failed
from agent_actions_v1.routing_confidence
where day between date_trunc('day', $__timeFrom()::timestamptz, 'UTC') and $__timeTo()
group by confidence_from
order by confidence_from
