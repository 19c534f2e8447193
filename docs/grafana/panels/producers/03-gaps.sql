-- title: Records that have not arrived
-- as: table
select service_name, host_name, first_sequence, last_sequence, gap.missing, producer_epoch
from agent_actions_v1.producer_gaps as gap join agent_actions_v1.producers using (producer_epoch)
order by gap.missing desc
limit 100
