-- title: Executions
-- as: timeseries
select at as time, value as executions
from agent_actions_v1.timeseries('executions', '$__interval', $__timeFrom(), $__timeTo())
