-- title: Errors, each once
-- as: table
select example, error_type, occurrences, runs, agents, first_seen_at, last_seen_at
from agent_actions_v1.error_groups_between($__timeFrom(), $__timeTo())
order by occurrences desc
limit 100
