import { type Capture, called, errorDetails, failed } from "./capture.js";

const INSIDE = "is a step inside";
const LOOP = "a loop of calls of a model";
const WENT_WELL = "went well";

const each = (names: readonly string[], prefix: string, reason: string) =>
  Object.fromEntries(names.map((name) => [`${prefix} ${name}`, reason]));

const shared = { session: "thread-42" };
const support = { ...shared, agent: "Support Agent" };
const app = { ...shared, agent: "mastra-app" };
const weather = [
  "Tool input validation failed for getWeather. Please fix the following errors and try again:",
  "- city: Invalid input: expected string, received number",
  "- opts: Invalid input: expected object, received undefined",
  "",
  'Provided arguments: {\n  "city": 5\n}',
].join("\n");

// Keys that look like secrets are masked by Mastra itself, inside of values that stay.
const masked = { key: "[REDACTED]" };

const first: Capture = {
  file: "mastra",
  title: "Mastra's exporter, with memory and metadata",
  source: "mastra",
  rows: [
    [
      "4c6194",
      "tool_call",
      "getWeather",
      {
        ...support,
        call: "call_1",
        details: called(
          { city: "Paris", opts: { units: "C" } },
          { city: "Paris", tempC: 21, tags: ["sunny"] },
        ),
      },
    ],
    [
      "175096",
      "tool_call",
      "failTool",
      {
        ...support,
        call: "call_2",
        error: ["Error", "card declined: 4000"],
        details: failed({ amount: 3 }, "card declined: 4000"),
        // The program threw a TypeError.
        unknown: ["error"],
      },
    ],
    ["1f6895", "tool_call", "strTool", { ...support, call: "call_4", details: called({}, "plain string") }],
    [
      "7afa9c",
      "tool_call",
      "lookup",
      {
        ...shared,
        agent: "Researcher",
        call: "call_sub_1",
        details: called(masked, { ...masked, value: 1 }),
      },
    ],
    ["503bf1", "success", "Researcher", { ...shared, agent: "Researcher", details: {} }],
    [
      "cd50a4",
      "tool_call",
      "agent-researcher",
      {
        ...support,
        call: "call_3",
        details: called(
          { prompt: "who?" },
          {
            text: "sub done",
            subAgentThreadId: "8251f4c1-f17f-438f-bc04-220d0c137120",
            subAgentResourceId: "46777cc1-4f98-4aaa-9578-73fb808fbe64",
            subAgentToolResults: [
              {
                toolName: "lookup",
                toolCallId: "call_sub_1",
                result: { ...masked, value: 1 },
                args: masked,
              },
            ],
          },
        ),
      },
    ],
    [
      "c81d73",
      "tool_call",
      "getWeather",
      {
        ...support,
        call: "call_8",
        error: ["tool_error", weather],
        details: failed({ city: 5 }, weather, {
          error: true,
          message: weather,
          validationErrors: {
            errors: [],
            fields: {
              city: { errors: ["Invalid input: expected string, received number"], fields: {} },
              opts: { errors: ["Invalid input: expected object, received undefined"], fields: {} },
            },
          },
        }),
      },
    ],
    [
      "24618f",
      "tool_call",
      "no_such_tool",
      { ...support, details: called({}, null, { tool_type: "client" }), unknown: ["call"] },
    ],
    ["9d4e72", "success", "Support Agent", { ...support, details: {} }],
    ["72b2bc", "success", "Plain", { ...shared, agent: "Plain", details: {} }],
    [
      "7e3ce1",
      "error",
      "Error",
      {
        ...shared,
        agent: "Bad",
        error: ["Error", undefined],
        details: {
          error_type: "Error",
          error_context: {
            model_call: "chat mock-err",
            model: "mock-err",
            provider: "openai.mock",
            finish_reasons: ["error"],
          },
        },
        unknown: ["error", "error_message"],
      },
    ],
    [
      "a3b9c6",
      "error",
      "Error",
      {
        ...shared,
        agent: "Bad",
        error: ["Error", "503 upstream overloaded"],
        details: errorDetails("Error", "503 upstream overloaded", { run: "Bad" }),
      },
    ],
    ["cd0ec7", "success", "approve", { ...app, details: {} }],
    ["27a3c2", "success", "refund", { ...app, details: {} }],
    [
      "b1ba43",
      "error",
      "WORKFLOW_STEP_INVOKE_FAILED",
      {
        ...app,
        error: ["WORKFLOW_STEP_INVOKE_FAILED", "limit exceeded"],
        details: errorDetails("WORKFLOW_STEP_INVOKE_FAILED", "limit exceeded", { run: "approve" }),
      },
    ],
    [
      "f9b2ef",
      "error",
      "Error",
      {
        ...app,
        error: ["Error", "limit exceeded"],
        details: errorDetails("Error", "limit exceeded", { run: "refund" }),
      },
    ],
    ["178a3f", "success", "escalate", { ...app, details: {} }],
    [
      "e45b9f",
      "decision",
      "escalate",
      {
        ...app,
        details: {
          decision_type: "choice",
          decision_context: { amount: 500 },
          decision_result: { chosen: ["escalate"] },
          conditions: 2,
          truthy_conditions: [0],
        },
      },
    ],
    ["b73f01", "success", "router", { ...app, details: {} }],
  ],
  others: {
    ...each(["Support Agent", "Researcher", "Plain"], "model_chunk", INSIDE),
    ...each(["Support Agent", "Researcher", "Plain", "Bad"], "agent_step", INSIDE),
    ...each(["mock-main", "mock-sub", "mock-plain"], "chat", WENT_WELL),
    ...each(["mock-main", "mock-sub", "mock-plain", "mock-err"], "model_generation", LOOP),
    ...each(["0", "1"], "condition", INSIDE),
    "mapping agent-researcher": INSIDE,
  },
};

export const CAPTURES: readonly Capture[] = [first];
