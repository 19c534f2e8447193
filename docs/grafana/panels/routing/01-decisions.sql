-- title: Decisions, and what came of them
-- as: table
select decided_at, kind, agent_name, decision_name, selected, reason, confidence, succeeded, correlation_id
from agent_actions_v1.decisions
where $__timeFilter(decided_at)
order by decided_at desc
limit 200
