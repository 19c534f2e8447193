import { type Capture, called, errorDetails, failed } from "./capture.js";

const DECLINED = "card declined: 4000";
const GOOD_CALL = 'a call of a model that went well, and llmCalls is "none"';

/** No type of run is an agent: what is inside has the service's name. */
function traceables(): Capture {
  const SERVICE = { agent: "langsmith-app", session: "sess-42", unknown: ["agent"] };
  return {
    title: "LangSmith",
    file: "langsmith",
    source: "langsmith",
    rows: [
      [
        "a3b91a",
        "tool_call",
        "get_weather",
        { ...SERVICE, details: called({ city: "Paris" }, { city: "Paris", tempC: 21, tags: ["sunny"] }) },
      ],
      [
        "bf3207",
        "tool_call",
        "lookup",
        { ...SERVICE, details: called({ key: "who" }, { key: "who", value: 1 }) },
      ],
      ["6a0209", "success", "researcher", { ...SERVICE, details: {} }],
      [
        "59199d",
        "tool_call",
        "ask_researcher",
        { ...SERVICE, details: called("who", { key: "who", value: 1 }) },
      ],
      ["dda6db", "tool_call", "add", { ...SERVICE, details: called([2, 3], 5) }],
      ["6fe5d6", "tool_call", "string_tool", { ...SERVICE, details: called("x", "result for x") }],
      [
        "4cc012",
        "tool_call",
        "fail_tool",
        {
          ...SERVICE,
          call: "call_2",
          error: ["TypeError", DECLINED],
          details: failed({ amount: 3 }, DECLINED),
        },
      ],
      [
        "71108a",
        "tool_call",
        "kb",
        { ...SERVICE, details: called("refunds", [{ page_content: "doc", metadata: {} }]) },
      ],
      ["c2dfac", "success", "support_agent", { ...SERVICE, details: {} }],
      [
        "d91540",
        "error",
        "Error",
        {
          agent: "langsmith-app",
          unknown: ["agent"],
          error: ["Error", "agent blew up"],
          details: errorDetails("Error", "agent blew up", { run: "bad_agent" }),
        },
      ],
    ],
    others: { "gpt-mock": GOOD_CALL },
    models: { "694168": { requested: [["get_weather", "call_1", { city: "Paris" }]], answered: [] } },
  };
}

export const CAPTURES: readonly Capture[] = [traceables()];
