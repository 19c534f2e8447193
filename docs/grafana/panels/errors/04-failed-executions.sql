-- title: Failed executions
-- as: timeseries
select at as time, value as failed
from agent_actions_v1.timeseries('failed_executions', '$__interval', $__timeFrom(), $__timeTo())
