-- title: Producers by status
-- as: table
select status, count(*) as producers, sum(missing) as missing, sum(lost) as lost
from agent_actions_v1.producers
group by status
order by status
