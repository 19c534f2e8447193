-- title: Models, tokens and costs
-- as: table
select model, agent_name, sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens, sum(cost) as cost, currency
from agent_actions_v1.model_usage
where $__timeFilter(started_at)
group by model, agent_name, currency
order by input_tokens desc nulls last
