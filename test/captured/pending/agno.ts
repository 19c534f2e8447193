import type { Told } from "../capture.js";
import { Clerk, LOOKUP, type PendingCapture, shopCalls, WITHOUT_SPAN } from "./shop.js";

// test/capture/agno-python: a team that delegates, and agents for themselves.
const UNFIT = `2 validation errors for get_weather
city
  Missing required argument [type=missing_argument, input_value=ArgsKwargs((), {'town': 'Oslo'}), input_type=ArgsKwargs]
    For further information visit https://errors.pydantic.dev/2.14/v/missing_argument
town
  Unexpected keyword argument [type=unexpected_keyword_argument, input_value='Oslo', input_type=str]
    For further information visit https://errors.pydantic.dev/2.14/v/unexpected_keyword_argument`;
const missing = ["unknown_tool", "Error: The requested tool does not exist or is not available."] as const;
const OVERLOADED = "Error code: 503 - {'error': {'message': 'upstream overloaded', 'type': 'server_error'}}";
const DELEGATED = [{ member_id: "billing", task: "refund order 9" }, "refunded"] as const;
// The type of what a tool raised is nowhere; that the tool failed and why is.
const untyped = { unknown: ["error"] };
const words = {
  ids: "at the model",
  declined: ["Error", "card declined: 4000"],
  unfit: ["Error", UNFIT],
  missing,
  chargeMore: untyped,
  unfitMore: untyped,
} as const;

const of = (agent: string, session = `session-${agent}`) => new Clerk(agent, { session });
const [support, billing, payer, slow, broken] = [
  of("support"),
  of("billing", "session-support"),
  of("payer"),
  of("slow"),
  of("broken"),
] as const;

const openinference: PendingCapture = {
  title: "Agno, OpenInference",
  file: "pending/agno-openinference",
  source: "openinference",
  rows: [
    support.ran("484bf2"),
    ...shopCalls(
      support,
      {
        paris: "415bcd",
        rome: ["29e323", "7bd2e7"],
        charge: "77e7d3",
        refund: "c29736",
        unknown: "call:call_unknown",
        args: "b9335a",
        trip: "9d0796",
      },
      words,
    ),
    support.called("0dec6b", "delegate_task_to_member", "call_handoff", DELEGATED),
    billing.ran("774611"),
    billing.called("74557c", "lookup", "call_lookup", LOOKUP),
    payer.ran("e571f0", {}, { unknown: ["interrupted"] }),
    payer.ran("3159d7"),
    // The person's no is marked as a call that failed.
    payer.failed("call:call_pay", "pay", "call_pay", { amount: 9 }, ["tool_error", "too much"], {
      ...WITHOUT_SPAN,
      unknown: ["type", "error", "status", "success"],
    }),
    slow.cut("c0ce4e"),
    broken.broke(
      "fcfc18",
      ["Error", "upstream overloaded"],
      { run: "broken" },
      { unknown: ["name", "error", "error_type"] },
    ),
    broken.broke("90c669", ["agno.exceptions.ModelProviderError", "upstream overloaded"], {
      model_call: "broken",
      model: "broken",
      provider: "OpenAI",
    }),
    new Clerk("refunds").ran("d7f0c1", {}, { unknown: ["session"] }),
    new Clerk("refunds").broke(
      "16112c",
      ["ValueError", "nobody may decide"],
      { run: "decide" },
      { unknown: ["session"] },
    ),
  ],
  others: {},
  lost: ["the call of `wait`, which has no span because it was cancelled"],
};

const [team, clerk, purse, idle, down] = ["support", "billing", "payer", "slow", "broken"].map(
  (name) => new Clerk(name, { unknown: ["session"] }),
) as [Clerk, Clerk, Clerk, Clerk, Clerk];
const usage = (model: string, times: number) => ({
  model,
  provider: "agno",
  input_tokens: 10 * times,
  output_tokens: 5 * times,
});

const openllmetry: PendingCapture = {
  title: "Agno, OpenLLMetry",
  file: "pending/agno-openllmetry",
  source: "traceloop",
  // Spans of models follow the conventions to the letter, and so is what they tell of calls.
  sources: { "89f84b": "gen-ai", "call:call_unknown": "gen-ai" },
  rows: [
    team.ran("44e49c", { provider: "agno" }),
    ...shopCalls(
      team,
      {
        paris: "4a334f",
        rome: ["c7bc52", "54c287"],
        charge: "23a7a3",
        refund: "220a78",
        unknown: "call:call_unknown",
        args: "dd6d36",
        trip: "a7cb7a",
      },
      words,
    ),
    // Its result is a generator, whose values came after the span.
    team.called("7b90dc", "delegate_task_to_member", "call_handoff", [DELEGATED[0], null], {
      unknown: ["tool_result"],
    }),
    clerk.ran("9aac4f", usage("billing", 2)),
    clerk.called("71778a", "lookup", "call_lookup", LOOKUP),
    purse.ran("a98727", usage("payer", 1), { unknown: ["interrupted"] }),
    idle.cut("447d63", { run: "slow", model: "slow", provider: "agno" }),
    // Cancelled: the span has no status and no result where every other has both.
    idle.failed("10df1f", "wait", "call_wait", { minutes: 60 }, ["Error", undefined], {
      unknown: ["error", "error_message"],
    }),
    // The span of the run is OK, and its output the error's message: that it failed shows at the model's span alone.
    down.ran("d32328", usage("broken", 0), { unknown: ["type", "name", "status", "error"] }),
    down.broke("89f84b", ["InternalServerError", "Error code: 503 - upstream overloaded"], {
      model_call: "chat broken",
      model: "broken",
      provider: "openai",
    }),
  ],
  others: {},
  lost: ["the run of payer that went on", "the denied approval", "the workflow and its step that failed"],
};

const spent = (model: string, times: number) => ({
  model,
  provider: "agno",
  ...(times > 0 && { input_tokens: 10 * times, output_tokens: 5 * times }),
});
const nameless: Partial<Told> = { unknown: ["session"] };

// OpenLIT writes what a span is when it ends well: of what was cancelled there is its name.
const openlit: PendingCapture = {
  title: "Agno, OpenLIT",
  file: "pending/agno-openlit",
  source: "gen-ai",
  rows: [
    support.ran("12523e", spent("support", 9)),
    ...shopCalls(
      support,
      {
        paris: "d6c96f",
        rome: ["fbbf26", "a5b6f3"],
        charge: "c6e017",
        refund: "dcf19b",
        unknown: "call:call_unknown",
        args: "a5708f",
        trip: "020a9f",
      },
      { ...words, ids: "on spans", unfit: ["invalid_arguments", UNFIT] },
    ),
    // Its result is a generator, whose values came after the span.
    support.called("4d1647", "delegate_task_to_member", "call_handoff", [DELEGATED[0], null], {
      unknown: ["tool_result"],
    }),
    billing.ran("d9fae0", spent("billing", 2)),
    new Clerk("billing", { session: "session-billing" }).called("2db424", "lookup", "call_lookup", LOOKUP),
    payer.ran("d9153f", spent("payer", 1), { unknown: ["interrupted"] }),
    payer.ran("8843b5", spent("payer", 2)),
    new Clerk("slow", nameless).cut("6ff31b"),
    new Clerk("slow", nameless).failed("d3ca36", "wait", "call_wait", { minutes: 60 }, ["Error", undefined], {
      unknown: ["error", "error_message"],
    }),
    broken.ran("559d74", spent("broken", 0), { unknown: ["type", "name", "status", "error"] }),
    broken.broke("acd25a", ["InternalServerError", OVERLOADED], {
      model_call: "chat broken",
      model: "broken",
      provider: "openai",
    }),
  ],
  others: {},
  lost: ["the denied approval, of which the model was told in the person's words alone"],
};

export const CAPTURES: readonly PendingCapture[] = [openinference, openllmetry, openlit];
