-- title: Records of a producer are lost
-- above: 0
select coalesce(sum(lost), 0) as records from agent_actions_v1.producers where last_seen_at > now() - interval '1 day'
