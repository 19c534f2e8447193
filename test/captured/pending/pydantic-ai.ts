import { Clerk, DECLINED, LOOKUP, type PendingCapture, shopCalls } from "./shop.js";

// test/capture/pydantic-ai-python: Pydantic AI's own spans, to which OpenInference adds its attributes.
const UNFIT = `2 validation errors for get_weather
city
  Field required [type=missing, input_value={'town': 'Oslo'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.14/v/missing
town
  Extra inputs are not permitted [type=extra_forbidden, input_value='Oslo', input_type=str]
    For further information visit https://errors.pydantic.dev/2.14/v/extra_forbidden`;
// What the model was told is the result.
const TOLD = [
  { type: "missing", loc: ["city"], msg: "Field required", input: { town: "Oslo" } },
  { type: "extra_forbidden", loc: ["town"], msg: "Extra inputs are not permitted", input: "Oslo" },
];
const OVERLOADED = [
  "pydantic_ai.exceptions.ModelOverloadedError",
  "status_code: 503, model_name: broken, body: {'message': 'upstream overloaded', 'type': 'server_error'}",
] as const;
const CUT =
  "Cancelled via cancel scope 0 by <Task cancelling name='Task-1' coro=<AbstractAgent.run() running at /srv/app/site-packages/pydantic_ai/agent/abstract.py:632> cb=[gather.<locals>._done_callback() at /srv/app/python3.11/asyncio/tasks.py:764]>";
const of = (name: string, number: number) =>
  new Clerk(name, { session: `00000000-0000-4000-8000-0000000000${String(number).padStart(2, "0")}` });
const support = new Clerk("support", { session: "talk-1" });
const billing = of("billing", 3);
const failing = of("failing", 5);
const payer = of("payer", 7);
const slow = of("slow", 10);
const broken = of("broken", 12);
const used = (model: string, times: number) => ({
  model,
  input_tokens: 10 * times,
  output_tokens: 5 * times,
});

interface Ids {
  readonly support: string;
  readonly billing: readonly [run: string, lookup: string];
  readonly paris: string;
  readonly rome: readonly [string, string];
  readonly refund: string;
  readonly args: string;
  readonly trip: string;
  readonly ask: string;
}

function pydanticAi(
  form: Pick<PendingCapture, "title" | "file" | "source">,
  ids: Ids,
  chat: object,
): PendingCapture {
  return {
    ...form,
    rows: [
      support.ran(ids.support, used("support", 8)),
      ...shopCalls(
        support,
        {
          paris: ids.paris,
          rome: ids.rome,
          refund: ids.refund,
          unknown: "call:call_unknown",
          args: ids.args,
          trip: ids.trip,
        },
        {
          ids: "on spans",
          unfit: ["pydantic_core._pydantic_core.ValidationError", UNFIT],
          unfitMore: { details: { tool_result: TOLD } },
          missing: [
            "unknown_tool",
            "Unknown tool name: 'no_such_tool'. Available tools: 'ask_billing', 'get_weather', 'plan_trip', 'refund'",
          ],
        },
      ),
      support.called(ids.ask, "ask_billing", "call_handoff", [{ task: "refund order 9" }, "refunded"]),
      billing.ran(ids.billing[0], used("billing", 2)),
      billing.called(ids.billing[1], "lookup", "call_lookup", LOOKUP),
      failing.broke("8c05e8", DECLINED, { run: "failing", ...used("failing", 1) }),
      failing.failed("ae8217", "charge", "call_charge", { amount: 3 }, DECLINED),
      // The first run's result is what it waits for; that a person denied it is in that person's words alone.
      payer.ran("d9153f", used("payer", 1), { unknown: ["interrupted"] }),
      payer.ran("8843b5", used("payer", 1)),
      slow.ran("6ff31b", used("slow", 1), { unknown: ["type", "name", "status"] }),
      slow.failed("d3ca36", "wait", "call_wait", { minutes: 60 }, ["asyncio.exceptions.CancelledError", CUT]),
      broken.broke("559d74", OVERLOADED, { run: "broken", model: "broken" }),
      broken.broke("acd25a", OVERLOADED, chat),
    ],
    others: {},
    lost: ["the denied approval"],
  };
}

export const CAPTURES: readonly PendingCapture[] = [
  pydanticAi(
    {
      title: "Pydantic AI, OpenInference over its own spans",
      file: "pending/pydantic-ai-openinference",
      source: "openinference",
    },
    {
      support: "b19f8f",
      billing: ["854aa9", "eaad7b"],
      paris: "14ff10",
      rome: ["c1ca96", "641196"],
      refund: "310eb3",
      args: "98fab1",
      trip: "1e5d9e",
      ask: "ee6d41",
    },
    { model_call: "broken", model: "broken", provider: "openai" },
  ),
  // The first run is inside of an observation that the program opened, with a session and a user of its own.
  pydanticAi(
    {
      title: "Pydantic AI, Langfuse",
      file: "pending/pydantic-ai-langfuse",
      source: "gen-ai",
    },
    {
      support: "b40cca",
      billing: ["ae0cf5", "ad1bb7"],
      paris: "8ce982",
      rome: ["7bbf5a", "9a10e1"],
      refund: "930d63",
      args: "277614",
      trip: "2f4d4d",
      ask: "4f493e",
    },
    { model_call: "chat broken", model: "broken", provider: "openai" },
  ),
];
