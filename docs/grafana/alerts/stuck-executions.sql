-- title: An execution has been running for more than an hour
-- above: 0
select count(*) as executions from agent_actions_v1.stuck_executions('1 hour')
