export interface Question {
  readonly name: string;
  /** `now()` stands for the time of the last row. */
  readonly sql: string;
  /** A query whose rows are the parameters, one try each. */
  readonly draw?: string;
}

const SOME_RUNS =
  "select correlation_id from agent_execution_logs tablesample system (1) order by random() limit 22";
const LARGEST_RUN = `select correlation_id from (
  select correlation_id, count(*) from agent_actions where created_at > now() - interval '2 days' group by 1 order by 2 desc limit 1) as largest`;
const ONE_OF = (values: readonly string[]) => `select * from unnest(array['${values.join("', '")}'])`;
const FREQUENT = { agent: ["planner", "coder"], tool: ["Read", "Bash"], project: ["shop", "search"] };
const RARE = {
  agent: ["librarian", "translator"],
  tool: ["Delete", "rerank"],
  project: ["archive", "research"],
};

const last50 = (column: string, condition: string) =>
  `select id, started_at, agent_name, action_name, action_details from actions where ${column} = $1${condition} order by started_at desc limit 50`;
const DAY = " and started_at > now() - interval '1 day'";

/** What people and dashboards ask most, with the words of issue trackers and home pages: one run, the last of something, lists and figures. */
export const QUESTIONS: readonly Question[] = [
  { name: "a run: its row", sql: "select * from runs where correlation_id = $1", draw: SOME_RUNS },
  {
    name: "a run: its actions",
    sql: "select * from actions where correlation_id = $1 order by started_at",
    draw: SOME_RUNS,
  },
  { name: "a run: its tree", sql: "select * from run_actions($1) order by place", draw: SOME_RUNS },
  { name: "a run: its timeline", sql: "select * from run_timeline($1)", draw: SOME_RUNS },
  {
    name: "the largest run: its row",
    sql: "select * from runs where correlation_id = $1",
    draw: LARGEST_RUN,
  },
  {
    name: "the largest run: its tree",
    sql: "select * from run_actions($1) order by place",
    draw: LARGEST_RUN,
  },
  { name: "last 50 of a frequent agent, 24 h", sql: last50("agent_name", DAY), draw: ONE_OF(FREQUENT.agent) },
  { name: "last 50 of a rare agent, 24 h", sql: last50("agent_name", DAY), draw: ONE_OF(RARE.agent) },
  { name: "last 50 of a rare agent, all time", sql: last50("agent_name", ""), draw: ONE_OF(RARE.agent) },
  { name: "last 50 of nobody, 24 h", sql: last50("agent_name", DAY), draw: ONE_OF(["nobody"]) },
  { name: "last 50 of nobody, all time", sql: last50("agent_name", ""), draw: ONE_OF(["nobody"]) },
  { name: "last 50 of a frequent tool, 24 h", sql: last50("action_name", DAY), draw: ONE_OF(FREQUENT.tool) },
  { name: "last 50 of a rare tool, 24 h", sql: last50("action_name", DAY), draw: ONE_OF(RARE.tool) },
  { name: "last 50 of no tool, 24 h", sql: last50("action_name", DAY), draw: ONE_OF(["nothing"]) },
  { name: "last 50 of no tool, all time", sql: last50("action_name", ""), draw: ONE_OF(["nothing"]) },
  {
    name: "last 50 of a frequent project, 24 h",
    sql: last50("project_name", DAY),
    draw: ONE_OF(FREQUENT.project),
  },
  { name: "last 50 of a rare project, 24 h", sql: last50("project_name", DAY), draw: ONE_OF(RARE.project) },
  { name: "last 50 of no project, 24 h", sql: last50("project_name", DAY), draw: ONE_OF(["nowhere"]) },
  { name: "last 50 of a type, 24 h", sql: last50("action_type", DAY), draw: ONE_OF(["decision", "error"]) },
  {
    name: "last 50 of a session, 24 h",
    sql: last50("session_id", DAY),
    draw: ONE_OF(["session 0/700", "nothing"]),
  },
  {
    name: "last 50 of a session, all time",
    sql: last50("session_id", ""),
    draw: ONE_OF(["session 40/7", "nothing"]),
  },
  {
    name: "last 50 errors, 24 h",
    sql: `select * from errors where true${DAY.replace("started_at", "happened_at")} order by happened_at desc limit 50`,
  },
  { name: "last 50 errors, all time", sql: "select * from errors order by happened_at desc limit 50" },
  {
    name: "last 50 failed actions of a rare tool, all time",
    sql: `${last50("action_name", " and failed")}`,
    draw: ONE_OF(RARE.tool),
  },
  {
    name: "the last hour: 500 actions",
    sql: "select * from actions where started_at > now() - interval '1 hour' order by started_at desc limit 500",
  },
  {
    name: "the last hour: counted by agent and type",
    sql: "select agent_name, action_type, count(*) from actions where started_at > now() - interval '1 hour' group by 1, 2",
  },
  {
    name: "run list of a day, the first 50",
    sql: "select * from runs_between(now() - interval '1 day') order by started_at desc limit 50",
  },
  { name: "error groups of a day", sql: "select * from error_groups_between(now() - interval '1 day')" },
  { name: "error groups of a week", sql: "select * from error_groups_between(now() - interval '7 days')" },
  {
    name: "decisions of a day, the last 50",
    sql: "select * from decisions where decided_at > now() - interval '1 day' order by decided_at desc limit 50",
  },
  {
    name: "history of a file",
    sql: "select * from file_history($1) limit 50",
    draw: ONE_OF(["/srv/shop/src/module_8.ts", "/srv/archive/src/module_300.ts"]),
  },
  { name: "summary", sql: "select * from summary" },
  { name: "active agents", sql: "select * from active_agents" },
  { name: "stuck executions", sql: "select * from stuck_executions()" },
  {
    name: "execution statistics of 30 days",
    sql: "select * from execution_stats(now() - interval '30 days')",
  },
  {
    name: "routing by confidence, all time",
    sql: "select confidence_from, sum(decisions) from routing_confidence group by 1",
  },
  {
    name: "tool calls by hour of a day",
    sql: "select * from timeseries('tool_calls', '1 hour', now() - interval '1 day', now())",
  },
  {
    name: "model usage of a day",
    sql: "select model, sum(input_tokens) from model_usage where started_at > now() - interval '1 day' group by 1",
  },
  {
    name: "a frequent text in details, 7 days, the last 50",
    sql: "select id, started_at from actions where started_at > now() - interval '7 days' and action_details::text ilike '%module_5%' order by started_at desc limit 50",
  },
  {
    name: "a rare text in details, 7 days",
    sql: "select id, started_at from actions where started_at > now() - interval '7 days' and action_details::text ilike '%' || $1 || '%' order by started_at desc limit 50",
    draw: "select substr(md5('run 3/7001'), 1, 12)",
  },
  {
    name: "tool statistics by day, 90 days, plain",
    sql: "select * from tool_stats where period = 'day' and starts_at > now() - interval '90 days'",
  },
];
