-- title: 95 of 100 tool calls took at most, in milliseconds
-- as: timeseries
select at as time, value as p95_ms
from agent_actions_v1.timeseries('p95_tool_call_ms', '$__interval', $__timeFrom(), $__timeTo())
