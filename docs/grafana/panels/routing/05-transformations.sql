-- title: Transformations by reason
-- as: table
select transformation_reason, sum(transformations) as transformations, sum(failed) as failed, sum(to_itself) as to_itself
from agent_actions_v1.transformation_stats
where day between date_trunc('day', $__timeFrom()::timestamptz, 'UTC') and $__timeTo()
group by transformation_reason
order by transformations desc
