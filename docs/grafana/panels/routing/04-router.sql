-- title: The router's cache and time
-- as: table
select day, strategy, queries, cache_hit_share, mean_ms, p95_ms
from agent_actions_v1.router_stats
where day between date_trunc('day', $__timeFrom()::timestamptz, 'UTC') and $__timeTo()
order by day desc
