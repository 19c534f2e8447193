-- What models cost, each token once: by action, by run, and by day and agent.

do $$
declare
  tables text := current_schema();
  views text := case when tables = 'public' then 'agent_actions_v1' else left(tables, 46) || '_agent_actions_v1' end;
begin
  perform set_config('agent_actions.search_path', current_setting('search_path'), false);
  perform set_config('search_path', format('%I, %I', views, tables), false);
end
$$;

create view model_costs as
select
  usage.id, usage.correlation_id, usage.session_id, usage.started_at, usage.agent_name, usage.project_name, usage.environment, usage.model, usage.provider,
  usage.input_tokens, usage.output_tokens, usage.cost, usage.currency,
  case when is_call then 'calls' else 'runs of agents' end as counted_by
from (
  select usage.*, action.parent_action_id, action.action_details ->> 'decision_type' in ('answer', 'tool_request') as is_call
  from model_usage usage join agent_actions action on action.id = usage.id and action.created_at = usage.started_at
) as usage
where (usage.input_tokens is not null or usage.output_tokens is not null)
  and case
    when is_call then true
    -- Its tokens are those of the calls, where these are rows too, or those of the agent around it.
    else not exists (
      select from agent_actions call
      where call.correlation_id = usage.correlation_id and call.action_type = 'decision'
        and call.action_details ->> 'decision_type' in ('answer', 'tool_request') and call.action_details ?| array['input_tokens', 'output_tokens']
    ) and not exists (
      select from agent_actions around
      where around.correlation_id = usage.correlation_id and around.id = usage.parent_action_id
        and around.action_details ?| array['input_tokens', 'output_tokens']
    )
  end;
comment on view model_costs is
  'Tokens and costs, each once: the calls of models where a run has rows of these (option llmCalls), else the runs of agents, and of several inside each other the outermost. Prices are those of agent_model_prices.';
comment on column model_costs.id is 'The action.';
comment on column model_costs.correlation_id is 'The run.';
comment on column model_costs.session_id is 'Conversation, session or thread.';
comment on column model_costs.started_at is 'When the action began.';
comment on column model_costs.agent_name is 'Who acted.';
comment on column model_costs.project_name is 'Name of the project.';
comment on column model_costs.environment is 'deployment.environment.name.';
comment on column model_costs.model is 'The model, as the span names it.';
comment on column model_costs.provider is 'gen_ai.provider.name.';
comment on column model_costs.input_tokens is 'Tokens that the model was given.';
comment on column model_costs.output_tokens is 'Tokens that the model wrote.';
comment on column model_costs.cost is 'By the prices in agent_model_prices; null where it has none for the model.';
comment on column model_costs.currency is 'Of cost.';
comment on column model_costs.counted_by is 'calls, or runs of agents: what of the run is counted.';

create view run_costs as
select
  correlation_id, min(started_at) as first_at, max(started_at) as last_at, array_agg(distinct model) filter (where model is not null) as models,
  count(*) as actions, sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens, sum(cost) as cost, min(currency) as currency,
  count(*) filter (where cost is null) as without_price
from model_costs
group by correlation_id;
comment on view run_costs is 'What the models of each run cost. Say a run, or join the runs of a time range: else all of them are summed up.';
comment on column run_costs.correlation_id is 'The run.';
comment on column run_costs.first_at is 'Start of the first action that is counted.';
comment on column run_costs.last_at is 'Start of the last.';
comment on column run_costs.models is 'The models, by name.';
comment on column run_costs.actions is 'How many actions are counted.';
comment on column run_costs.input_tokens is 'Tokens that models were given.';
comment on column run_costs.output_tokens is 'Tokens that models wrote.';
comment on column run_costs.cost is 'By the prices in agent_model_prices; null where it has none.';
comment on column run_costs.currency is 'Of cost; the prices of all models should have the same.';
comment on column run_costs.without_price is 'How many of the actions have no price, and are not in cost.';

create view model_costs_daily as
select
  date_trunc('day', started_at, 'UTC') as day, agent_name, project_name, model, provider, count(*) as actions, count(distinct correlation_id) as runs,
  sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens, sum(cost) as cost, currency
from model_costs
group by 1, agent_name, project_name, model, provider, currency;
comment on view model_costs_daily is 'model_costs by day, agent, project and model.';
comment on column model_costs_daily.day is 'When the day begins, in UTC.';
comment on column model_costs_daily.agent_name is 'Who acted.';
comment on column model_costs_daily.project_name is 'Name of the project.';
comment on column model_costs_daily.model is 'The model, as the spans name it.';
comment on column model_costs_daily.provider is 'gen_ai.provider.name.';
comment on column model_costs_daily.actions is 'How many actions are counted.';
comment on column model_costs_daily.runs is 'In how many runs.';
comment on column model_costs_daily.input_tokens is 'Tokens that models were given.';
comment on column model_costs_daily.output_tokens is 'Tokens that models wrote.';
comment on column model_costs_daily.cost is 'By the prices in agent_model_prices; null where it has none.';
comment on column model_costs_daily.currency is 'Of cost.';

select set_config('search_path', current_setting('agent_actions.search_path'), false);
