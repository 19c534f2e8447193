import { type Capture, called, failed } from "./capture.js";

const HELPER = { agent: "helper" };
const DECLINED = "Error calling tool: card declined";

const made: Capture = {
  file: "any-agent-made",
  title: "any-agent, made from its source",
  source: "any-agent",
  rows: [
    [
      "a10002",
      "tool_call",
      "get_time",
      { ...HELPER, call: "call_time", details: called({ zone: "Paris" }, { time: "12:00", dst: true }) },
    ],
    // A tool that gives nothing is written as `{}`.
    ["a10003", "tool_call", "write_file", { ...HELPER, details: called({ text: "12:00" }) }],
    [
      "a10004",
      "tool_call",
      "pay",
      { ...HELPER, error: ["Error", DECLINED], details: failed({ amount: 3 }, DECLINED, DECLINED) },
    ],
    ["a10005", "tool_call", "say", { ...HELPER, details: called(null, "Hello, Ada") }],
    ["a00000", "success", "helper", { ...HELPER, details: { model: "mock/small" } }],
  ],
  others: { "call_llm mock/small": "went well" },
  models: { a10001: { requested: [["get_time", undefined, { zone: "Paris" }]], answered: [] } },
};

export const CAPTURES: readonly Capture[] = [made];
