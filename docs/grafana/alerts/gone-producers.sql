-- title: A producer is gone with something open
-- above: 0
select count(*) as producers from agent_actions_v1.producers where status = 'gone' and last_seen_at > now() - interval '1 hour'
