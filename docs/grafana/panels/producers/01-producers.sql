-- title: Producers
-- as: table
select service_name, host_name, process_pid, status, last_seen_at, open_actions, missing, lost, producer_epoch
from agent_actions_v1.producers
order by last_seen_at desc
limit 200
