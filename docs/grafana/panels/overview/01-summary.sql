-- title: The last 24 hours
-- as: table
select * from agent_actions_v1.summary
