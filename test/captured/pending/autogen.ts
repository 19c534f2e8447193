import { HIDDEN_CALL, hiddenFailure, type Row } from "../capture.js";
import { Clerk, DECLINED, handedOver, LOOKUP, type PendingCapture, shopCalls } from "./shop.js";

// test/capture/autogen-python: swarms of two agents. AutoGen's own spans have the ids of calls and never their content.
const UNFIT = `1 validation error for get_weatherargs
city
  Field required [type=missing, input_value={'town': 'Oslo'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.14/v/missing`;
const missing = ["unknown_tool", "Error: tool 'no_such_tool' not found in any workbench"] as const;
const OVERLOADED = "Error code: 503 - upstream overloaded";
const autogen = { provider: "autogen" };
const [support, billing, slow, broken, swarm] = ["support", "billing", "slow", "broken", "Swarm"].map(
  (name) => new Clerk(name),
) as [Clerk, Clerk, Clerk, Clerk, Clerk];
const CUT = ["type", "name", "status"];

// Each call and each run of an agent has a span of both, and is told once.
const openinference: PendingCapture = {
  title: "AutoGen, OpenInference over its own spans",
  file: "pending/autogen-openinference",
  source: "openinference",
  sources: Object.fromEntries(
    ["8a20c4", "d130a7", "82a7fd", "e9d726", "260323", "417426", "a0d45f", "cac49e", "6ff31b", "559d74"].map(
      (id) => [id, "gen-ai"],
    ),
  ),
  rows: [
    ...["0fa704", "6d4838", "3ddf3c", "6f5227"].map((id) => swarm.ran(id)),
    ...["e9d726", "260323", "417426", "a0d45f"].map((id) => support.ran(id, autogen)),
    ...shopCalls(
      support,
      {
        paris: "74d3e6",
        rome: ["8a20c4", "d130a7"],
        charge: "1d9060",
        refund: "0585b5",
        unknown: "7a2930",
        args: "7163f4",
        trip: "a0561b",
      },
      { ids: "on spans", unfit: ["ValidationError", UNFIT], missing },
    ),
    // The call inside of a tool is AutoGen's to record alone, without its content.
    ["82a7fd", "tool_call", "get_weather", { agent: "support", details: HIDDEN_CALL }],
    support.decided("d0c01b", "transfer_to_billing", "call_handoff", handedOver({})),
    billing.ran("cac49e", autogen),
    billing.called("e96205", "lookup", "call_lookup", LOOKUP),
    slow.ran("6ff31b", autogen, { unknown: CUT }),
    // Cancelled: it has no status and no result where every other has both.
    slow.failed("4894da", "wait", "call_wait", { minutes: 60 }, ["Error", undefined], {
      unknown: ["error", "error_message"],
    }),
    broken.broke("559d74", ["InternalServerError", OVERLOADED], { run: "broken", ...autogen }),
    broken.broke("580cf2", ["openai.InternalServerError", OVERLOADED], {
      model_call: "broken",
      model: "broken",
    }),
  ],
  others: {},
};

const hidden = (agent: string, id: string, name: string, call?: string): Row => [
  id,
  "tool_call",
  name,
  {
    agent,
    ...(call !== undefined && { call }),
    details: HIDDEN_CALL,
    unknown: ["tool_parameters", "tool_result"],
  },
];

const own: PendingCapture = {
  title: "AutoGen, its own spans",
  file: "pending/autogen-own",
  source: "gen-ai",
  rows: [
    ...["1b6941", "3414c0", "aa28fb", "5e15dc"].map((id) => support.ran(id, autogen)),
    hidden("support", "bac2a7", "get_weather", "call_paris"),
    hidden("support", "35dd9f", "get_weather", "call_rome_1"),
    hidden("support", "feefe7", "get_weather", "call_rome_2"),
    [
      "9bf2bf",
      "tool_call",
      "charge",
      { agent: "support", call: "call_charge", error: DECLINED, details: hiddenFailure(DECLINED[1]) },
    ],
    hidden("support", "61e60f", "refund", "call_refund"),
    [
      "b49408",
      "tool_call",
      "get_weather",
      {
        agent: "support",
        call: "call_args",
        error: ["ValidationError", UNFIT],
        details: hiddenFailure(UNFIT),
      },
    ],
    hidden("support", "867e4b", "plan_trip", "call_trip"),
    hidden("support", "b9b70d", "get_weather"),
    [
      "e081d0",
      "decision",
      "transfer_to_billing",
      {
        agent: "support",
        call: "call_handoff",
        details: {
          decision_type: "handoff",
          decision_context_hidden: true,
          decision_result: { to_agent: "billing" },
        },
      },
    ],
    billing.ran("7dc7fe", autogen),
    hidden("billing", "de2755", "lookup", "call_lookup"),
    slow.ran("6ff31b", autogen, { unknown: CUT }),
    hidden("slow", "d3ca36", "wait", "call_wait"),
    broken.broke("559d74", ["InternalServerError", OVERLOADED], { run: "broken", ...autogen }),
  ],
  others: {},
  lost: ["the unknown tool", "that the tool `wait` was cut off"],
};

export const CAPTURES: readonly PendingCapture[] = [openinference, own];
