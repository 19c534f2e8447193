import { Clerk, denied, LOOKUP, type PendingCapture, shopCalls } from "./shop.js";

// test/capture/haystack-python: one agent a pipeline, each named as the component that it is.
const OVERLOADED = ["openai.InternalServerError", "Error code: 503 - upstream overloaded"] as const;
const FAILED = "Failed to invoke Tool `charge` with parameters {'amount': 4}. Error: card declined: 4000";
const RAISED = ["haystack.tools.errors.ToolInvocationError", FAILED] as const;
const component = (name: string, words: string) =>
  [
    "haystack.core.errors.PipelineRuntimeError",
    `The following component failed to run:\nComponent name: '${name}'\nComponent type: 'Agent'\nError: ${words}`,
  ] as const;
const pipeline = new Clerk("Pipeline");
const [support, billing, payer, failing, broken] = ["support", "billing", "payer", "failing", "broken"].map(
  (name) => new Clerk(name),
) as [Clerk, Clerk, Clerk, Clerk, Clerk];

const openinference: PendingCapture = {
  title: "Haystack, OpenInference",
  file: "pending/haystack-openinference",
  source: "openinference",
  rows: [
    ...["db106e", "41ed8b", "54a444", "b98438", "2f2046"].map((id) => pipeline.ran(id)),
    ...["9343dc", "7cc006", "949d4b", "ef7bca"].map((id) => support.ran(id)),
    // An agent that is a tool is no component, and has no name.
    new Clerk("support", { unknown: ["agent", "name"] }).ran("d4be7b"),
    payer.ran("83dfe8"),
    pipeline.broke("70b42e", component("failing", FAILED)),
    failing.broke("59538a", RAISED),
    pipeline.broke("fff4f0", component("broken", OVERLOADED[1])),
    broken.broke("3b7ef1", OVERLOADED),
  ],
  others: {},
  lost: ["every call of a tool: they stand in Python's way of writing the messages, and nowhere else"],
};

// The name of what a tool raised is not written; the model is told in the framework's words.
const untyped = { unknown: ["error"] };
const own: PendingCapture = {
  title: "Haystack, its own spans",
  file: "pending/haystack-own",
  source: "haystack",
  rows: [
    ...["7ffd4c", "6162af", "ca3bee", "932d7a", "2ad331"].map((id) =>
      pipeline.ran(id, {}, { unknown: ["agent", "name"] }),
    ),
    ...["ffe300", "bf31cf", "e4f4b5", "c1aa6c"].map((id) => support.ran(id)),
    ...shopCalls(
      support,
      {
        paris: "2a504b",
        rome: ["cfa249", "46abeb"],
        charge: "30cb35",
        refund: "7b096e",
        unknown: "call:call_unknown",
        args: "b48dea",
        trip: "3a71a6",
      },
      {
        ids: "at the model",
        declined: [
          "tool_error",
          "Failed to invoke Tool `charge` with parameters {'amount': 3}. Error: card declined: 4000",
        ],
        unfit: [
          "tool_error",
          "Failed to invoke Tool `get_weather` with parameters {'town': 'Oslo'}. Error: get_weather() got an unexpected keyword argument 'town'",
        ],
        missing: [
          "unknown_tool",
          "Tool 'no_such_tool' not found. Available tools: get_weather, charge, refund, plan_trip, billing",
        ],
        chargeMore: untyped,
        unfitMore: untyped,
      },
    ),
    // What the agent said last is what the model was told; the span has the agent's whole state.
    support.called("c9a2c4", "billing", "call_handoff", [
      { messages: [{ role: "user", content: "refund order 9" }] },
      "refunded",
    ]),
    billing.ran("76ae03"),
    billing.called("4f653a", "lookup", "call_lookup", LOOKUP),
    payer.ran("dc2234"),
    payer.decided(
      "961a54",
      "pay",
      "call_pay",
      denied(
        { amount: 9 },
        "Tool execution for 'pay' was rejected by the user. With user feedback: too much",
      ),
    ),
    pipeline.broke("31857d", component("failing", FAILED), { run: "Pipeline" }, { unknown: ["agent"] }),
    failing.broke("20994a", RAISED),
    failing.failed("c0d6b6", "charge", "call_charge_2", { amount: 4 }, ["tool_error", FAILED], untyped),
    pipeline.broke("dc7ef1", component("broken", OVERLOADED[1]), { run: "Pipeline" }, { unknown: ["agent"] }),
    broken.broke("a634ca", OVERLOADED),
    broken.broke("c11692", OVERLOADED, { model_call: "haystack.agent.step.llm" }),
  ],
  others: {},
  lost: ["the call inside of `plan_trip`"],
};

export const CAPTURES: readonly PendingCapture[] = [openinference, own];
