-- An index for texts in the details of actions: action_details::text ilike '%some text%' then reads what may hold it, not all rows of the time.
-- It costs the server 42 µs for each row that is inserted, which takes 9 µs without it, so it is not there by itself. Building it locks out
-- writers, which wait meanwhile.
create extension if not exists pg_trgm;
create index if not exists agent_actions_details_text on agent_actions using gin ((action_details::text) gin_trgm_ops);
