-- title: Files that changed
-- as: table
select started_at, agent_name, operation_type, file_path, content_changed, correlation_id
from agent_actions_v1.files_touched
where $__timeFilter(started_at) and operation_type <> 'read'
order by started_at desc
limit 200
