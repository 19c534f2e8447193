-- title: Failed actions
-- as: timeseries
select at as time, value as failed
from agent_actions_v1.timeseries('failed_actions', '$__interval', $__timeFrom(), $__timeTo())
