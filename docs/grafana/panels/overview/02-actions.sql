-- title: Actions
-- as: timeseries
select at as time, value as actions
from agent_actions_v1.timeseries('actions', '$__interval', $__timeFrom(), $__timeTo())
