import { Clerk, LIMA, PARIS, type PendingCapture, REFUSED, ROME, TRIP } from "./shop.js";

// test/capture/genkit: flows are the runs. A prompt that is a tool hands over: the talk goes on with its tools.
const clerk = (name: string) => new Clerk(name);
const support = clerk("support");
const DECLINED = ["TypeError", "card declined: 4000"] as const;
const ABORTED = ["AbortError", "This operation was aborted"] as const;
const DOWN = ["Error", "503 upstream overloaded"] as const;
const UNFIT = `INVALID_ARGUMENT: Schema validation failed. Parse Errors:

- (root): must have required property 'city'

Provided data:

{
  "town": "Oslo"
}

Required JSON schema:

{
  "type": "object",
  "properties": {
    "city": {
      "type": "string"
    }
  },
  "required": [
    "city"
  ],
  "additionalProperties": true,
  "$schema": "http://json-schema.org/draft-07/schema#"
}`;
const twin = { unknown: ["call"] };

export const CAPTURES: readonly PendingCapture[] = [
  {
    title: "Genkit, its own spans",
    file: "pending/genkit-own",
    source: "genkit",
    rows: [
      support.ran("052118"),
      support.called("6861f7", "get_weather", "call_paris", PARIS),
      support.called("5c666c", "get_weather", undefined, ROME, twin),
      support.called("5e5292", "get_weather", undefined, ROME, twin),
      support.failed("53421f", "refund", "call_refund", { order: 9 }, ["tool_error", "no such order"], {
        details: { tool_result: REFUSED },
      }),
      support.called("96ec45", "plan_trip", "call_trip", TRIP),
      support.called("79f684", "get_weather", undefined, LIMA),
      support.decided("c8d65a", "billing", "call_handoff", [
        "handoff",
        { task: "refund order 9" },
        { to_agent: "billing" },
      ]),
      clerk("failing").broke("cbc068", DECLINED),
      clerk("failing").failed("677cd4", "charge", "call_charge", { amount: 3 }, DECLINED),
      // `exception.type` is a status of HTTP or a code of the DOM here; the class begins the stack.
      clerk("lost").broke("07d9a9", ["GenkitError", "NOT_FOUND: Tool no_such_tool not found"]),
      clerk("careless").broke("01e04d", ["GenkitError", UNFIT]),
      clerk("payer").ran("20f659"),
      clerk("payer").called("fdde69", "pay", "call_pay", [{ amount: 9 }, null], {
        details: { interrupted: true },
      }),
      clerk("payer").called("76ce3d", "pay", "call_pay", [{ amount: 9 }, "refused"]),
      clerk("slow").broke("cb2f34", ABORTED),
      clerk("slow").failed("d6cb22", "wait", "call_wait", { minutes: 60 }, ABORTED),
      clerk("broken").broke("c04bce", DOWN),
      clerk("broken").broke("42fcec", DOWN, { model_call: "mock/broken", model: "mock/broken" }),
    ],
    others: {},
    lost: ["the calls that no tool ran for: the error of the run tells of them"],
  },
];
