-- title: Requests that found no agent
-- as: table
select detection_status, failure_reason, sum(failures) as failures, max(last_at) as last_at
from agent_actions_v1.detection_failure_stats
where day between date_trunc('day', $__timeFrom()::timestamptz, 'UTC') and $__timeTo()
group by detection_status, failure_reason
order by failures desc
