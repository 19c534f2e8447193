-- title: Executions by agent
-- as: table
select * from agent_actions_v1.execution_stats($__timeFrom(), $__timeTo())
order by executions desc
